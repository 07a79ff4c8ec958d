// Tax, coupons and promotion codes, with the official SDK. The offline tax is 10 percent.
import assert from 'node:assert/strict';
import { eventsOf, order, pay, refuses, stripe, submit } from './kit.mjs';

const amounts = (session) => [session.amount_subtotal, session.total_details.amount_discount,
  session.total_details.amount_tax, session.amount_total];
const create = (more) => stripe.checkout.sessions.create(order(1000, more));
const read = (session, expand = []) => stripe.checkout.sessions.retrieve(session.id, { expand });
const type = async (session, code, status = 200) => {
  const answer = await submit(session.url, { promotion_code: code });
  assert.equal(answer.status, status);
  return answer.text();
};

// Tax is added once the buyer's address is known.
const taxed = { automatic_tax: { enabled: true } };
const open = await create(taxed);
assert.deepEqual([open.automatic_tax.status, ...amounts(open)], ['requires_location_inputs', 1000, 0, 0, 1000]);
const paid = await pay(open, { country: 'de', postal_code: '10115' },
  ['line_items', 'payment_intent', 'total_details.breakdown']);
assert.deepEqual([paid.automatic_tax.status, ...amounts(paid)], ['complete', 1000, 0, 100, 1100]);
assert.deepEqual([paid.payment_intent.amount_received, paid.line_items.data[0].amount_tax, paid.line_items.data[0].amount_total],
  [1100, 100, 1100]);
assert.deepEqual([paid.customer_details.address.country, paid.customer_details.address.postal_code], ['DE', '10115']);
const [line] = paid.total_details.breakdown.taxes;
assert.deepEqual([line.amount, line.taxable_amount, line.rate.percentage, line.rate.country], [100, 1000, 10, 'DE']);

// ... at once for a customer with an address; without one, checkout must be allowed to save it.
const customer = await stripe.customers.create({ email: 'jo@example.com' });
await refuses(create({ ...taxed, customer: customer.id }),
  { type: 'StripeInvalidRequestError', code: 'customer_tax_location_invalid', status: 400 });
await pay(await create({ ...taxed, customer: customer.id, customer_update: { address: 'auto', name: 'auto' } }),
  { country: 'FR', name: 'Jo' });
const located = await stripe.customers.retrieve(customer.id);
assert.deepEqual([located.address.country, located.name], ['FR', 'Jo']);
const known = await create({ ...taxed, customer: customer.id });
assert.deepEqual([known.automatic_tax.status, ...amounts(known)], ['complete', 1000, 0, 100, 1100]);

// A price that contains its tax.
const inclusive = await pay(await stripe.checkout.sessions.create({
  ...order(1100, taxed),
  line_items: [{
    quantity: 1,
    price_data: { currency: 'usd', unit_amount: 1100, tax_behavior: 'inclusive', product_data: { name: 'Credits' } },
  }],
}));
assert.deepEqual(amounts(inclusive), [1100, 0, 100, 1100]);

// Coupons and codes.
const third = await stripe.coupons.create({ percent_off: 33.3, name: 'A third' });
assert.deepEqual([third.object, third.percent_off, third.valid, third.times_redeemed], ['coupon', 33.3, true, 0]);
const code = await stripe.promotionCodes.create({
  promotion: { type: 'coupon', coupon: third.id }, code: 'THIRD', max_redemptions: 2,
  restrictions: { minimum_amount: 600, minimum_amount_currency: 'usd' },
});
assert.deepEqual([code.active, code.code, code.promotion.coupon, code.restrictions.minimum_amount], [true, 'THIRD', third.id, 600]);
await refuses(stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: third.id }, code: 'third' }),
  { type: 'StripeInvalidRequestError', code: undefined, status: 400, param: 'code' });
await refuses(stripe.coupons.create({ percent_off: 10, amount_off: 5, currency: 'usd' }),
  { type: 'StripeInvalidRequestError', code: undefined, status: 400 });
assert.equal((await stripe.promotionCodes.list({ code: 'THIRD' })).data[0].id, code.id);

// A buyer enters the code, sees the new total, may take it out again, and pays.
const offered = { allow_promotion_codes: true };
const shop = await create({ ...offered, invoice_creation: { enabled: true } });
assert.match(await type(shop, 'nothing', 400), /This code is invalid/);
assert.match(await type(shop, 'third'), /\$6\.67/);
const cheaper = await read(shop);
assert.deepEqual(amounts(cheaper), [1000, 333, 0, 667]);
assert.deepEqual(cheaper.discounts, [{ coupon: null, promotion_code: code.id }]);
await submit(shop.url, { remove_promotion_code: 'true' });
assert.deepEqual(amounts(await read(shop)), [1000, 0, 0, 1000]);
assert.equal((await submit(shop.url, { card_number: '4000000000000002' })).status, 402);
const bought = await pay(shop, { promotion_code: 'THIRD' },
  ['payment_intent', 'total_details.breakdown', 'discounts.promotion_code', 'invoice']);
assert.deepEqual([bought.payment_intent.amount_received, ...amounts(bought)], [667, 1000, 333, 0, 667]);
assert.equal(bought.discounts[0].promotion_code.code, 'THIRD');
const [allowed] = bought.total_details.breakdown.discounts;
assert.deepEqual([allowed.amount, allowed.discount.promotion_code, allowed.discount.source.coupon], [333, code.id, third.id]);
assert.deepEqual([bought.invoice.subtotal, bought.invoice.total, bought.invoice.total_discount_amounts[0].amount], [1000, 667, 333]);
assert.deepEqual([(await stripe.promotionCodes.retrieve(code.id)).times_redeemed, (await stripe.coupons.retrieve(third.id)).times_redeemed],
  [1, 1]);

// What a code is restricted to.
const small = await stripe.checkout.sessions.create(order(599, offered));
assert.match(await type(small, 'THIRD', 400), /minimum order of \$6\.00/);
assert.match(await type(await create(), 'THIRD', 400), /not accepted/);
const [winner, loser] = [await create(offered), await create(offered)];
await type(winner, 'THIRD');
await type(loser, 'THIRD');
await pay(winner);
const late = await submit(loser.url, { card_number: '4242424242424242' });
assert.equal(late.status, 400);
assert.match(await late.text(), /not valid any more/);
assert.deepEqual(amounts(await read(loser)), [1000, 0, 0, 1000]);
assert.equal((await stripe.promotionCodes.update(code.id, { active: false })).active, false);
assert.deepEqual(await eventsOf(code.id), ['promotion_code.created', 'promotion_code.updated']);

// A floor after the discount, and an order that costs nothing.
const most = await stripe.coupons.create({ amount_off: 960, currency: 'usd', id: 'most' });
await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: most.id }, code: 'MOST' });
assert.match(await type(await create(offered), 'MOST', 400), /at least \$0\.50/);
const all = await stripe.coupons.create({ percent_off: 100 });
const free = await create({ discounts: [{ coupon: all.id }] });
assert.deepEqual(free.discounts, [{ coupon: all.id, promotion_code: null }]);
assert.equal((await submit(free.url, { pay: 'true' })).status, 303);
const given = await read(free);
assert.deepEqual([given.status, given.payment_status, given.payment_intent, ...amounts(given)],
  ['complete', 'no_payment_required', null, 1000, 1000, 0, 0]);
await refuses(create({ ...offered, discounts: [{ coupon: all.id }] }),
  { type: 'StripeInvalidRequestError', code: undefined, status: 400, param: 'discounts' });

// Discount before tax, over several items, to the cent.
const both = await pay(await stripe.checkout.sessions.create({
  ...order(1, { ...taxed, discounts: [{ coupon: third.id }] }),
  line_items: [333, 333, 334].map((unit_amount) => ({
    quantity: 1, price_data: { currency: 'usd', unit_amount, product_data: { name: 'Credits' } },
  })),
}), {}, ['line_items']);
assert.equal(both.line_items.data.reduce((sum, item) => sum + item.amount_discount, 0), 333);
assert.equal(both.line_items.data.reduce((sum, item) => sum + item.amount_total, 0), both.amount_total);
// Ten percent of 223, 222 and 222.
assert.deepEqual(amounts(both), [1000, 333, 66, 733]);

// A deleted coupon is gone, and its id free.
assert.equal((await stripe.coupons.del('most')).deleted, true);
await refuses(stripe.coupons.retrieve('most'), { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 404 });
const orphan = (await stripe.promotionCodes.list({ code: 'MOST' })).data[0].id;
await refuses(create({ discounts: [{ promotion_code: orphan }] }),
  { type: 'StripeInvalidRequestError', code: undefined, status: 400, param: 'discounts[0][promotion_code]' });
await stripe.coupons.create({ percent_off: 5, id: 'most' });
assert.equal((await stripe.coupons.list()).data.filter((coupon) => coupon.id === 'most').length, 1);
assert.match(await type(await create(offered), 'MOST'), /\$9\.50/);

console.log('all checks passed');
