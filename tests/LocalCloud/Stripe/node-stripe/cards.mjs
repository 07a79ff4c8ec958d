// Saved cards and payments without their owner, with the official SDK.
import assert from 'node:assert/strict';
import { control, eventsOf, order, pay, refuses, stripe, submit } from './kit.mjs';

const saving = (more = {}) => order(500, {
  allowed_payment_method_types: ['card'],
  payment_intent_data: { setup_future_usage: 'off_session', metadata: { uid: 'u1' }, receipt_email: 'jo@example.com' },
  ...more,
});

const charge = (more, options) => stripe.paymentIntents.create({
  amount: 1000, currency: 'usd', confirm: true, off_session: true, allowed_payment_method_types: ['card'],
  metadata: { uid: 'u1' }, description: 'Credits', receipt_email: 'jo@example.com', ...more,
}, options);

// A checkout attaches the card to its customer.
const customer = await stripe.customers.create({ email: 'jo@example.com' });
const paid = await pay(await stripe.checkout.sessions.create(saving({ customer: customer.id })),
  { exp: '04/33', name: 'Jo' }, ['payment_intent.latest_charge', 'payment_intent.payment_method']);
const card = paid.payment_intent.payment_method;
assert.deepEqual([card.object, card.type, card.customer, card.allow_redisplay], ['payment_method', 'card', customer.id, 'limited']);
assert.deepEqual([card.card.brand, card.card.last4, card.card.exp_month, card.card.exp_year], ['visa', '4242', 4, 2033]);
assert.deepEqual([card.billing_details.email, card.billing_details.name], ['jo@example.com', 'Jo']);
const first = paid.payment_intent.latest_charge;
assert.deepEqual([first.payment_method, first.receipt_email, first.customer], [card.id, 'jo@example.com', customer.id]);
assert.deepEqual([first.payment_method_details.card.last4, first.payment_method_details.card.fingerprint],
  ['4242', card.card.fingerprint]);
assert.deepEqual(await eventsOf(card.id), ['payment_method.attached']);

// ... or to the customer that it makes; without one, or without being asked, it keeps none.
const made = await pay(await stripe.checkout.sessions.create(saving({ customer_creation: 'always' })), { email: 'al@example.com' });
assert.equal((await stripe.customers.listPaymentMethods(made.customer)).data.length, 1);
const byOptions = await pay(await stripe.checkout.sessions.create(order(500, {
  customer: customer.id, payment_method_options: { card: { setup_future_usage: 'off_session' } },
})), { card_number: '378282246310005' });
assert.equal(byOptions.payment_method_options.card.setup_future_usage, 'off_session');
await stripe.paymentMethods.detach((await stripe.customers.listPaymentMethods(customer.id)).data[0].id);
const guest = await pay(await stripe.checkout.sessions.create(saving()), {}, ['payment_intent.payment_method']);
assert.deepEqual([guest.customer, guest.payment_intent.payment_method.customer], [null, null]);
const once = await pay(await stripe.checkout.sessions.create(order(500, { customer: customer.id })), {}, ['payment_intent']);
assert.equal((await stripe.paymentMethods.retrieve(once.payment_intent.payment_method)).customer, null);
await refuses(charge({ customer: customer.id, payment_method: once.payment_intent.payment_method }),
  { type: 'StripeInvalidRequestError', code: undefined, status: 400 });

// The buyer is asked where the session offers it.
const asking = { customer: customer.id, saved_payment_method_options: { payment_method_save: 'enabled' } };
const unticked = await stripe.checkout.sessions.create(order(500, asking));
assert.equal(unticked.saved_payment_method_options.payment_method_save, 'enabled');
await pay(unticked);
await pay(await stripe.checkout.sessions.create(order(500, asking)), { card_number: '5555555555554444', save_card: 'true' });
const kept = await stripe.paymentMethods.list({ customer: customer.id, type: 'card' });
assert.deepEqual(kept.data.map((each) => [each.card.brand, each.allow_redisplay]), [['mastercard', 'always'], ['visa', 'limited']]);
assert.equal((await stripe.paymentMethods.list({ customer: customer.id, type: 'us_bank_account' })).data.length, 0);
assert.equal((await stripe.paymentMethods.list()).data.length, 0);
await refuses(stripe.paymentMethods.list({ customer: 'cus_none' }),
  { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 400, param: 'customer' });
assert.equal((await stripe.customers.retrievePaymentMethod(customer.id, card.id)).id, card.id);
await refuses(stripe.customers.retrievePaymentMethod(made.customer, card.id),
  { type: 'StripeInvalidRequestError', code: undefined, status: 404 });

// The default card.
const settings = (id) => ({ invoice_settings: { default_payment_method: id } });
const updated = await stripe.customers.update(customer.id, { ...settings(card.id), email: 'jo2@example.com' });
assert.equal(updated.email, 'jo2@example.com');
assert.equal((await stripe.customers.retrieve(customer.id, { expand: ['invoice_settings.default_payment_method'] }))
  .invoice_settings.default_payment_method.card.last4, '4242');
await refuses(stripe.customers.update(made.customer, settings(card.id)), {
  type: 'StripeInvalidRequestError', code: 'resource_missing', status: 400, param: 'invoice_settings[default_payment_method]',
});

// A payment without the owner, once for each key.
const key = { idempotencyKey: 'refill-1' };
const payment = await charge({ customer: customer.id, payment_method: card.id, expand: ['latest_charge'] }, key);
assert.deepEqual([payment.status, payment.amount_received, payment.customer, payment.payment_method, payment.metadata.uid],
  ['succeeded', 1000, customer.id, card.id, 'u1']);
assert.equal(payment.latest_charge.receipt_email, 'jo@example.com');
assert.equal((await charge({ customer: customer.id, payment_method: card.id, expand: ['latest_charge'] }, key)).id, payment.id);
assert.equal((await charge({ customer: customer.id })).payment_method, card.id);
assert.deepEqual(await eventsOf(payment.id), ['payment_intent.created', 'payment_intent.succeeded']);
assert.deepEqual(await eventsOf(payment.latest_charge.id), ['charge.succeeded', 'charge.updated']);
assert.equal((await stripe.paymentIntents.retrieve(payment.id)).id, payment.id);
assert.equal((await stripe.paymentIntents.list({ customer: customer.id, limit: 100 })).data.length, 7);

// Refunds and disputes know no difference.
assert.equal((await stripe.refunds.create({ payment_intent: payment.id, amount: 300 })).status, 'succeeded');
assert.equal((await control('/stripe/disputes', { payment_intent: payment.id, amount: 700 })).payment_intent, payment.id);

// A bank that changes its mind about a saved card.
await control(`/stripe/payment_methods/${card.id}`, { card_number: '4000000000009995' });
const poor = await refuses(charge({ customer: customer.id, payment_method: card.id }),
  { type: 'StripeCardError', code: 'card_declined', status: 402 });
assert.deepEqual([poor.decline_code, poor.payment_method.id, poor.payment_intent.status, poor.payment_intent.payment_method],
  ['insufficient_funds', card.id, 'requires_payment_method', null]);
assert.equal(poor.payment_intent.last_payment_error.decline_code, 'insufficient_funds');
assert.equal((await stripe.charges.retrieve(poor.charge)).failure_code, 'card_declined');
assert.deepEqual(await eventsOf(poor.charge), ['charge.failed']);
assert.deepEqual(await eventsOf(poor.payment_intent.id), ['payment_intent.created', 'payment_intent.payment_failed']);
assert.equal((await stripe.paymentIntents.confirm(poor.payment_intent.id, { payment_method: kept.data[0].id })).status, 'succeeded');
await refuses(stripe.paymentIntents.cancel(poor.payment_intent.id),
  { type: 'StripeInvalidRequestError', code: 'payment_intent_unexpected_state', status: 400 });

// One that wants its owner: a decline without the owner, an action with them.
const strict = await pay(await (async () => {
  const session = await stripe.checkout.sessions.create(saving({ customer: customer.id }));
  await submit(session.url, { card_number: '4000002760003184' });
  return session;
})(), { card_number: '', authentication: 'complete' }, ['payment_intent']);
const wanted = strict.payment_intent.payment_method;
const asked = await refuses(charge({ customer: customer.id, payment_method: wanted }),
  { type: 'StripeCardError', code: 'authentication_required', status: 402 });
assert.deepEqual([asked.decline_code, asked.payment_intent.status], ['authentication_required', 'requires_payment_method']);
assert.equal((await stripe.paymentIntents.cancel(asked.payment_intent.id, { cancellation_reason: 'abandoned' })).status, 'canceled');
const present = { off_session: undefined, return_url: 'http://localhost/back?a=b', customer: customer.id, payment_method: wanted };
const action = await charge(present);
assert.deepEqual([action.status, action.next_action.type], ['requires_action', 'redirect_to_url']);
assert.deepEqual(await eventsOf(action.id), ['payment_intent.created', 'payment_intent.requires_action']);
const back = await submit(action.next_action.redirect_to_url.url, { authentication: 'complete' });
assert.match(back.headers.get('location'), /^http:\/\/localhost\/back\?a=b&payment_intent=pi_.*redirect_status=succeeded$/);
assert.equal((await stripe.paymentIntents.retrieve(action.id)).status, 'succeeded');

// Detaching.
const detached = await stripe.paymentMethods.detach(card.id);
assert.equal(detached.customer, null);
assert.equal((await stripe.customers.retrieve(customer.id)).invoice_settings.default_payment_method, null);
assert.deepEqual(await eventsOf(card.id), ['payment_method.attached', 'payment_method.detached']);
await refuses(stripe.paymentMethods.detach(card.id), { type: 'StripeInvalidRequestError', code: undefined, status: 400 });
await refuses(stripe.paymentMethods.attach(card.id, { customer: customer.id }),
  { type: 'StripeInvalidRequestError', code: undefined, status: 400 });
await refuses(charge({ customer: customer.id, payment_method: card.id }),
  { type: 'StripeInvalidRequestError', code: undefined, status: 400 });
await refuses(stripe.paymentMethods.retrieve('pm_none'), { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 404 });

// A deleted customer keeps no card.
await stripe.customers.del(customer.id);
assert.equal((await stripe.paymentMethods.retrieve(wanted)).customer, null);
await refuses(charge({ customer: customer.id, payment_method: wanted }),
  { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 400, param: 'customer' });

console.log('all checks passed');
