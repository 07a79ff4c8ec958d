// Drives the offline Resend with the official SDK. RESEND_BASE_URL, which the SDK reads: its base.
import assert from 'node:assert/strict';
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

console.log('all checks passed');
