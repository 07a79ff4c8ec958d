// Receipts, invoices and the billing portal, with the official SDK.
import assert from 'node:assert/strict';
import { eventsOf, order, pay, refuses, stripe, submit } from './kit.mjs';

const page = async (url, status = 200) => {
  const answer = await fetch(url);
  assert.equal(answer.status, status);
  return answer.text();
};

// A receipt of each successful charge, of none that failed.
const plain = await pay(await stripe.checkout.sessions.create(order(500)), {}, ['payment_intent.latest_charge']);
const charge = plain.payment_intent.latest_charge;
const receipt = await page(charge.receipt_url);
assert.match(receipt, /\$5\.00/);
assert.match(receipt, /Credits/);
assert.match(receipt, /4242/);
assert.doesNotMatch(receipt, /Refunded/);
await stripe.refunds.create({ payment_intent: plain.payment_intent.id, amount: 120 });
assert.match(await page(charge.receipt_url), /Refunded<\/span><span>\$1\.20/);
const declined = await stripe.checkout.sessions.create(order(500));
assert.equal((await submit(declined.url, { card_number: '4000000000000002' })).status, 402);
const failed = (await stripe.charges.list({ limit: 1 })).data[0];
assert.deepEqual([failed.status, failed.receipt_url], ['failed', null]);
await page(charge.receipt_url.replace(charge.id, failed.id), 404);
assert.deepEqual([plain.invoice, plain.invoice_creation.enabled], [null, false]);

// An invoice where the session asks for one; it needs a customer, and makes one.
const invoiced = await pay(await stripe.checkout.sessions.create(order(700, {
  invoice_creation: { enabled: true, invoice_data: { description: 'Prepaid credits', metadata: { uid: 'u1' } } },
})), { email: 'jo@example.com' }, ['invoice']);
const invoice = await stripe.invoices.retrieve(invoiced.invoice.id, { expand: ['payments', 'customer'] });
assert.deepEqual([invoice.status, invoice.total, invoice.amount_paid, invoice.amount_due, invoice.currency],
  ['paid', 700, 700, 700, 'usd']);
assert.deepEqual([invoice.customer.id, invoice.customer_email, invoice.metadata.uid, invoice.description],
  [invoiced.customer, 'jo@example.com', 'u1', 'Prepaid credits']);
assert.match(invoice.number, /^[0-9A-Z]{8}-0001$/);
assert.deepEqual(invoice.lines.data.map((line) => [line.description, line.amount, line.quantity]), [['Credits', 700, 1]]);
assert.equal(invoice.payments.data[0].payment.payment_intent, invoiced.payment_intent);
assert.deepEqual(await eventsOf(invoice.id),
  ['invoice.created', 'invoice.finalized', 'invoice.paid', 'invoice.payment_succeeded']);
assert.match(await page(invoice.hosted_invoice_url), new RegExp(`Invoice ${invoice.number}`));
const pdf = await fetch(invoice.invoice_pdf);
assert.equal(pdf.headers.get('content-type'), 'application/pdf');
assert.match(await pdf.text(), /^%PDF-1\.4[\s\S]*Amount paid: \$7\.00[\s\S]*%%EOF\n$/);
const second = await pay(await stripe.checkout.sessions.create(
  order(500, { customer: invoiced.customer, invoice_creation: { enabled: true } })), {}, ['invoice']);
assert.match(second.invoice.number, /-0002$/);
assert.equal((await stripe.invoices.list({ customer: invoiced.customer, status: 'paid' })).data.length, 2);
await refuses(stripe.invoices.retrieve('in_none'), { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 404 });

// The billing portal.
const customer = await stripe.customers.create({ email: 'jo@example.com', payment_method: 'pm_card_visa' });
const portal = await stripe.billingPortal.sessions.create({ customer: customer.id, return_url: 'http://localhost/settings' });
assert.deepEqual([portal.object, portal.customer, portal.return_url], ['billing_portal.session', customer.id, 'http://localhost/settings']);
const shown = await page(portal.url);
assert.match(shown, /jo@example\.com/);
assert.match(shown, /visa ···· 4242/);
assert.match(shown, /href="http:\/\/localhost\/settings"/);
const act = async (fields, status = 303) => assert.equal((await submit(portal.url, fields)).status, status);
await act({ action: 'email', email: 'al@example.com' });
await act({ action: 'email', email: 'nobody' }, 400);
await act({ action: 'add', card_number: '5555555555554444', exp: '11/35' });
await act({ action: 'add', card_number: '4000000000000002' }, 400);
const cards = (await stripe.customers.listPaymentMethods(customer.id)).data;
assert.deepEqual(cards.map((card) => card.card.last4), ['4444', '4242']);
await act({ action: 'default', payment_method: cards[0].id });
assert.equal((await stripe.customers.retrieve(customer.id)).invoice_settings.default_payment_method, cards[0].id);
await act({ action: 'remove', payment_method: cards[0].id });
const strangers = (await stripe.customers.listPaymentMethods(
  (await stripe.customers.create({ payment_method: 'pm_card_amex' })).id)).data[0];
await act({ action: 'remove', payment_method: strangers.id }, 400);
const changed = await stripe.customers.retrieve(customer.id);
assert.deepEqual([changed.email, changed.invoice_settings.default_payment_method], ['al@example.com', null]);
assert.deepEqual(await eventsOf(customer.id), ['customer.created', 'customer.updated', 'customer.updated', 'customer.updated']);
assert.deepEqual(await eventsOf(cards[0].id), ['payment_method.attached', 'payment_method.detached']);
await page(new URL('/p/session/test_none', portal.url), 404);
await refuses(stripe.billingPortal.sessions.create({ customer: 'cus_none' }),
  { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 400, param: 'customer' });

console.log('all checks passed');
