// Drives the offline Stripe with the official SDK. STRIPE_URL: its base; RECEIVER_URL: gives the last delivered event of a type.
import assert from 'node:assert/strict';
import { connect, order, pay, refuses, stripe } from './kit.mjs';

// Sessions
const session = await stripe.checkout.sessions.create(order(500));
assert.equal(session.status, 'open');
assert.equal(session.amount_total, 500);
assert.ok(session.lastResponse.requestId.startsWith('req_'));
const other = await stripe.checkout.sessions.create(order(700));
const expired = await stripe.checkout.sessions.expire(other.id);
assert.deepEqual([expired.status, expired.url], ['expired', null]);
await refuses(stripe.checkout.sessions.expire(other.id), { type: 'StripeInvalidRequestError', code: undefined, status: 400 });
await refuses(stripe.checkout.sessions.create(order(10)), { type: 'StripeInvalidRequestError', code: 'amount_too_small', status: 400 });
await refuses(stripe.checkout.sessions.retrieve('cs_test_none'), { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 404 });

const paid = await pay(session, {}, ['line_items', 'payment_intent.latest_charge']);
assert.deepEqual([paid.status, paid.payment_status, paid.url], ['complete', 'paid', null]);
assert.equal(paid.line_items.data[0].description, 'Credits');
assert.equal(paid.payment_intent.metadata.uid, 'u1');
assert.equal(paid.payment_intent.latest_charge.payment_method_details.card.last4, '4242');

const listed = [];
for await (const each of stripe.checkout.sessions.list({ limit: 1 })) listed.push(each.id);
assert.deepEqual(listed, [other.id, session.id]);

// Customers
const customer = await stripe.customers.create({ email: 'jo@example.com', metadata: { uid: 'u1' } });
assert.equal((await stripe.customers.retrieve(customer.id)).email, 'jo@example.com');
assert.equal((await stripe.customers.update(customer.id, { metadata: { uid: '' } })).metadata.uid, undefined);
assert.equal((await stripe.customers.del(customer.id)).deleted, true);

// Refunds
const intent = paid.payment_intent.id;
const refund = await stripe.refunds.create({ payment_intent: intent, amount: 200 });
assert.deepEqual([refund.status, refund.amount], ['succeeded', 200]);
await stripe.refunds.create({ payment_intent: intent });
assert.equal((await stripe.refunds.list({ payment_intent: intent })).data.length, 2);
await refuses(stripe.refunds.create({ payment_intent: intent }), {
  type: 'StripeInvalidRequestError', code: 'charge_already_refunded', status: 400,
});

// Idempotency
const options = { idempotencyKey: 'order-1' };
const first = await stripe.checkout.sessions.create(order(900), options);
assert.equal((await stripe.checkout.sessions.create(order(900), options)).id, first.id);
await refuses(stripe.checkout.sessions.create(order(901), options), { type: 'StripeIdempotencyError', code: undefined, status: 400 });

// Authentication
await refuses(connect('sk_test_other').customers.list(), { type: 'StripeAuthenticationError', code: undefined, status: 401 });

// Webhooks and events
const delivery = await (await fetch(`${process.env.RECEIVER_URL}?type=checkout.session.completed`)).json();
const event = stripe.webhooks.constructEvent(delivery.body, delivery.signature, 'whsec_local');
assert.equal(event.data.object.id, session.id);
assert.throws(() => stripe.webhooks.constructEvent(delivery.body, delivery.signature, 'whsec_other'), /signature/i);
assert.equal((await stripe.events.retrieve(event.id)).type, 'checkout.session.completed');
assert.ok((await stripe.events.list({ types: ['charge.refunded'] })).data.every((each) => each.type === 'charge.refunded'));

console.log('all checks passed');
