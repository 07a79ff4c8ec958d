// What the checks share: the official SDK against STRIPE_URL, and a buyer at the checkout page.
import assert from 'node:assert/strict';
import Stripe from 'stripe';

export const base = new URL(process.env.STRIPE_URL);

export const connect = (key) => new Stripe(key, {
  protocol: 'http', host: base.hostname, port: base.port, maxNetworkRetries: 0, telemetry: false,
});

export const stripe = connect('sk_test_local');

export const order = (amount, more = {}) => ({
  mode: 'payment',
  success_url: 'http://localhost/thanks?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'http://localhost/',
  line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: amount, product_data: { name: 'Credits' } } }],
  metadata: { uid: 'u1' },
  payment_intent_data: { metadata: { uid: 'u1' } },
  ...more,
});

/// Posts the form of a page.
export const submit = (url, fields) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });

/// Pays a session; gives it as it is afterwards.
export async function pay(session, fields = {}, expand = []) {
  const answer = await submit(session.url, { card_number: '4242424242424242', ...fields });
  assert.equal(answer.status, 303, await answer.text());
  assert.equal(answer.headers.get('location'), `http://localhost/thanks?session=${session.id}`);
  return stripe.checkout.sessions.retrieve(session.id, { expand });
}

/// The error of a refused call, which has what is expected.
export async function refuses(promise, expected) {
  const error = await promise.then(() => assert.fail('should have been refused'), (refusal) => refusal);
  assert.deepEqual(
    { type: error.type, code: error.code, status: error.statusCode, ...('param' in expected ? { param: error.param } : {}) },
    expected);
  return error;
}

/// The types of the events about an object, the oldest first.
export async function eventsOf(id) {
  const page = await stripe.events.list({ limit: 100 });
  return page.data.filter((event) => event.data.object.id === id).map((event) => event.type).reverse();
}

/// A call of the control port.
export async function control(path, body) {
  const answer = await fetch(new URL(path, process.env.CONTROL_URL), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}),
  });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}
