// Every call that the service makes, by the official SDK, against the offline Stripe. STRIPE_URL and CONTROL_URL say where it is.
import assert from 'node:assert/strict';
import Stripe from 'stripe';

const base = new URL(process.env.STRIPE_URL);
const stripe = new Stripe('sk_test_local', {
  protocol: 'http', host: base.hostname, port: base.port, maxNetworkRetries: 2, telemetry: false,
});
const control = async (path, body) => {
  const answer = await fetch(new URL(path, process.env.CONTROL_URL), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
};
const since = Math.floor(Date.now() / 1000) - 60;
const created = { gte: since };

// Customers
const customer = await stripe.customers.create(
  { email: 'jo@example.com', metadata: { user_id: 'u1' } }, { idempotencyKey: `customer:${since}` });
const same = await stripe.customers.create(
  { email: 'jo@example.com', metadata: { user_id: 'u1' } }, { idempotencyKey: `customer:${since}` });
assert.equal(same.id, customer.id);

// Sessions
const sessions = [];
for (const amount of [500, 700, 900]) {
  sessions.push(await stripe.checkout.sessions.create({
    mode: 'payment',
    customer: customer.id,
    client_reference_id: 'u1',
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: amount, product_data: { name: 'Credits' } } }],
    metadata: { checkout_id: 'c1', user_id: 'u1' },
    payment_intent_data: { metadata: { checkout_id: 'c1' }, description: 'Credits', receipt_email: 'jo@example.com' },
    success_url: 'http://localhost/?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://localhost/',
    expires_at: since + 3 * 3600,
  }, { idempotencyKey: `checkout:${since}:${amount}` }));
}
const intents = [];
for (const session of sessions) {
  const answer = await fetch(session.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ card_number: '4242424242424242' }) });
  assert.equal(answer.status, 303);
  const paid = await stripe.checkout.sessions.retrieve(session.id);
  assert.deepEqual(
    [paid.status, paid.payment_status, paid.client_reference_id, paid.customer, paid.customer_details.email],
    ['complete', 'paid', 'u1', customer.id, 'jo@example.com']);
  assert.equal(paid.expires_at, since + 3 * 3600);
  intents.push(paid.payment_intent);
}
assert.deepEqual((await stripe.checkout.sessions.list({ payment_intent: intents[1], limit: 100 })).data.map((one) => one.id), [sessions[1].id]);
const listed = [];
for await (const one of stripe.checkout.sessions.list({ created, customer: customer.id, limit: 2 })) listed.push(one.id);
assert.deepEqual(listed, sessions.map((one) => one.id).reverse());

// Refunds, in parts
const order = { payment_intent: intents[0], amount: 200, reason: 'requested_by_customer', metadata: { refund_order: 'o1' } };
const refund = await stripe.refunds.create(order, { idempotencyKey: `refund:${since}` });
assert.equal((await stripe.refunds.create(order, { idempotencyKey: `refund:${since}` })).id, refund.id);
await control('/stripe/refunds', { payment_intent: intents[0], amount: 50 });
const refunds = [];
for await (const one of stripe.refunds.list({ payment_intent: intents[0], limit: 1 })) refunds.push(one.amount);
assert.deepEqual(refunds, [50, 200]);
assert.equal((await stripe.refunds.list({ created, limit: 100 })).data.find((one) => one.id === refund.id).metadata.refund_order, 'o1');

// Disputes
const lost = await control('/stripe/disputes', { payment_intent: intents[1] });
const won = await control('/stripe/disputes', { payment_intent: intents[2], amount: 300 });
await control(`/stripe/disputes/${lost.id}/close`, { status: 'lost' });
await control(`/stripe/disputes/${won.id}/close`, { status: 'won' });
assert.deepEqual((await stripe.disputes.list({ payment_intent: intents[1], limit: 100 })).data.map((one) => [one.id, one.status, one.amount]), [[lost.id, 'lost', 700]]);
const disputes = [];
for await (const one of stripe.disputes.list({ created, limit: 1 })) disputes.push(one.status);
assert.deepEqual(disputes.slice(0, 2), ['won', 'lost']);
await assert.rejects(stripe.refunds.create({ payment_intent: intents[1] }), { code: 'charge_disputed', statusCode: 400 });

// Events
const types = [
  'checkout.session.completed', 'checkout.session.async_payment_succeeded', 'checkout.session.async_payment_failed', 'checkout.session.expired',
  'payment_intent.payment_failed', 'charge.refunded', 'refund.created', 'refund.updated', 'refund.failed',
  'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated', 'charge.dispute.closed',
];
const seen = {};
for await (const event of stripe.events.list({ types, created, limit: 3 })) {
  const subject = event.data.object;
  if (intents.includes(subject.payment_intent)) seen[event.type] = (seen[event.type] ?? 0) + 1;
}
assert.deepEqual(seen, {
  'checkout.session.completed': 3, 'charge.refunded': 2, 'refund.created': 2, 'charge.dispute.created': 2,
  'charge.dispute.funds_withdrawn': 2, 'charge.dispute.closed': 2, 'charge.dispute.funds_reinstated': 1,
});

// Retries: the SDK comes again when it is told to, and does what it was asked to once.
await control('/faults', { cloud: 'stripe', kind: 'status', match: 'POST /v1/refunds', status: 429, should_retry: true, retry_after_seconds: 1 });
assert.equal((await stripe.refunds.create({ payment_intent: intents[0], amount: 10 })).amount, 10);
await control('/faults', { cloud: 'stripe', kind: 'cut_after_effect', match: 'POST /v1/refunds' });
assert.equal((await stripe.refunds.create({ payment_intent: intents[0], amount: 20 })).amount, 20);
assert.deepEqual((await stripe.refunds.list({ payment_intent: intents[0] })).data.map((one) => one.amount), [20, 10, 50, 200]);

console.log('all calls passed');
// The SDK's timer for the request that was cut keeps the process for another 80 seconds.
process.exit();
