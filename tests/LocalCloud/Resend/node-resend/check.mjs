// Drives the offline Resend with the official SDK. RESEND_BASE_URL, which the SDK reads: its base. WEBHOOK_PORT: where its events go.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Resend } from 'resend';

const resend = new Resend('re_local');
const mail = { from: 'Us <us@example.com>', to: 'jo@example.com', subject: 'Hello', text: 'Text', html: '<p>Html</p>' };

// Sending, and reading what was sent.
const sent = await resend.emails.send(mail);
assert.equal(sent.error, null);
const read = await resend.emails.get(sent.data.id);
assert.equal(read.error, null);
assert.deepEqual(
  { id: sent.data.id, from: mail.from, to: [mail.to], subject: mail.subject, text: mail.text, html: mail.html, event: 'delivered' },
  {
    id: read.data.id, from: read.data.from, to: read.data.to, subject: read.data.subject, text: read.data.text, html: read.data.html,
    event: read.data.last_event,
  });
const several = await resend.emails.send({ ...mail, to: ['a@example.com', 'B <b@example.com>'], html: undefined });
assert.equal(several.error, null);

// An idempotency key sends once.
const key = { idempotencyKey: 'key-1' };
const first = await resend.emails.send(mail, key);
const again = await resend.emails.send(mail, key);
assert.equal(first.data.id, again.data.id);
const other = await resend.emails.send({ ...mail, subject: 'Other' }, key);
assert.deepEqual([other.error.statusCode, other.error.name], [409, 'invalid_idempotent_request']);
const tooLong = await resend.emails.send(mail, { idempotencyKey: 'k'.repeat(257) });
assert.deepEqual([tooLong.error.statusCode, tooLong.error.name], [400, 'invalid_idempotency_key']);

// What Resend refuses.
async function refused(change, status, name) {
  const { data, error } = await resend.emails.send({ ...mail, ...change });
  assert.equal(data, null);
  assert.deepEqual([error.statusCode, error.name], [status, name]);
}
await refused({ from: undefined }, 422, 'missing_required_field');
await refused({ to: undefined }, 422, 'missing_required_field');
await refused({ subject: undefined }, 422, 'missing_required_field');
await refused({ from: 'us' }, 422, 'validation_error');
await refused({ to: 'jo' }, 422, 'validation_error');
await refused({ to: Array(51).fill('jo@example.com') }, 422, 'validation_error');
await refused({ text: undefined, html: undefined }, 422, 'validation_error');
const unknown = await resend.emails.get('00000000-0000-0000-0000-000000000000');
assert.deepEqual([unknown.error.statusCode, unknown.error.name], [404, 'not_found']);
const stranger = await new Resend('re_other').emails.send(mail);
assert.equal(stranger.error.statusCode, 401);

// The events of the test addresses, verified by the SDK. A delivery that fails is repeated.
const webhookSecret = 'whsec_bG9jYWxjbG91ZC1yZXNlbmQtd2ViaG9vaw==';
let deliveries = 0;
const events = [];
const received = new Promise((resolve) => {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const payload = Buffer.concat(chunks).toString();
    const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } = request.headers;
    const verify = (body) => resend.webhooks.verify({ payload: body, headers: { id, timestamp, signature }, webhookSecret });
    assert.throws(() => verify(`${payload} `));
    deliveries++;
    response.writeHead(deliveries === 1 ? 500 : 200).end();
    if (deliveries > 1) events.push(verify(payload));
    if (events.length === 3) server.close(resolve);
    if (events.length === 3) server.closeAllConnections();
  }).listen(Number(process.env.WEBHOOK_PORT), '127.0.0.1');
});
const repeated = { idempotencyKey: 'bounce-1' };
const bounced = await resend.emails.send({ ...mail, to: 'bounced@resend.dev' }, repeated);
await resend.emails.send({ ...mail, to: 'bounced@resend.dev' }, repeated);
await resend.emails.send({ ...mail, to: ['delivered@resend.dev', 'jo@example.com', 'Jo <bounced+label@resend.dev>'] });
await resend.emails.send({ ...mail, to: 'complained+7@resend.dev' });
await received;
assert.equal(deliveries, 4);
assert.deepEqual(
  events.map(({ type, data }) => [type, data.to, data.bounce?.type]),
  [
    ['email.bounced', ['bounced@resend.dev'], 'Permanent'],
    ['email.bounced', ['Jo <bounced+label@resend.dev>'], 'Permanent'],
    ['email.complained', ['complained+7@resend.dev'], undefined],
  ]);
assert.equal(events[0].data.email_id, bounced.data.id);

console.log('all checks passed');
