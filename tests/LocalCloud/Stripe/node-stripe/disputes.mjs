// Evidence, appeals and early fraud warnings, with the official SDK.
import assert from 'node:assert/strict';
import { control, eventsOf, order, pay, refuses, stripe } from './kit.mjs';

const buy = async () => (await pay(await stripe.checkout.sessions.create(order(500)), { email: 'jo@example.com', name: 'Jo' }))
  .payment_intent;

// A new dispute has what is known of the buyer.
const intent = await buy();
const opened = await control('/stripe/disputes', { payment_intent: intent });
const dispute = await stripe.disputes.retrieve(opened.id, { expand: ['charge', 'payment_intent'] });
assert.deepEqual([dispute.status, dispute.charge.disputed, dispute.payment_intent.id], ['needs_response', true, intent]);
assert.deepEqual([dispute.evidence.customer_email_address, dispute.evidence.customer_name, dispute.evidence.uncategorized_text],
  ['jo@example.com', 'Jo', null]);
assert.deepEqual([dispute.evidence_details.has_evidence, dispute.evidence_details.submission_count], [false, 0]);
assert.equal(dispute.evidence_details.due_by - dispute.created, 9 * 24 * 3600);

// Evidence is staged, and then submitted once.
const staged = await stripe.disputes.update(dispute.id, {
  evidence: { product_description: 'Credits', access_activity_log: '2026-01-01 export\n2026-01-02 download' },
  submit: false, metadata: { uid: 'u1' },
});
assert.deepEqual([staged.status, staged.evidence_details.has_evidence, staged.evidence_details.submission_count, staged.metadata.uid],
  ['needs_response', true, 0, 'u1']);
const submitted = await stripe.disputes.update(dispute.id, { evidence: { customer_purchase_ip: '203.0.113.7' } });
assert.deepEqual([submitted.status, submitted.evidence.product_description, submitted.evidence.customer_purchase_ip],
  ['under_review', 'Credits', '203.0.113.7']);
assert.deepEqual([submitted.evidence_details.submission_count, submitted.evidence_details.submission_method], [1, 'manual']);
await refuses(stripe.disputes.update(dispute.id, { evidence: { customer_name: 'Al' } }),
  { type: 'StripeInvalidRequestError', code: undefined, status: 400 });
assert.equal((await stripe.disputes.update(dispute.id, { metadata: { uid: 'u2' } })).metadata.uid, 'u2');

// What is refused.
const other = await control('/stripe/disputes', { payment_intent: await buy() });
await refuses(stripe.disputes.update(other.id, { evidence: { receipt: 'file_1' } }),
  { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 400, param: 'evidence[receipt]' });
await refuses(stripe.disputes.update(other.id, { evidence: { excuse: 'none' } }),
  { type: 'StripeInvalidRequestError', code: 'parameter_unknown', status: 400, param: 'evidence[excuse]' });
await refuses(stripe.disputes.update(other.id, { evidence: { uncategorized_text: 'x'.repeat(20_001) } }),
  { type: 'StripeInvalidRequestError', code: 'parameter_invalid_string_too_long', status: 400, param: 'evidence[uncategorized_text]' });
assert.equal((await stripe.disputes.retrieve(other.id)).status, 'needs_response');
await refuses(stripe.disputes.update('dp_none', {}), { type: 'StripeInvalidRequestError', code: 'resource_missing', status: 404 });

// The merchant accepts one.
assert.equal((await stripe.disputes.close(other.id)).status, 'lost');
await refuses(stripe.disputes.close(other.id), { type: 'StripeInvalidRequestError', code: undefined, status: 400 });

// A lost one is appealed, answered, and won after all.
await control(`/stripe/disputes/${dispute.id}/close`, { status: 'lost' });
const appealed = await control(`/stripe/disputes/${dispute.id}/appeal`);
assert.equal(appealed.status, 'appeal_needs_response');
const answered = await stripe.disputes.update(dispute.id, { evidence: { appeal: { card: { reason_for_filing: 'They used it.' } } } });
assert.deepEqual([answered.status, answered.evidence.appeal.card.reason_for_filing, answered.evidence_details.submission_count],
  ['appeal_under_review', 'They used it.', 2]);
await control(`/stripe/disputes/${dispute.id}/close`, { status: 'won' });
assert.equal((await stripe.disputes.retrieve(dispute.id)).balance_transactions.length, 2);
assert.deepEqual(await eventsOf(dispute.id), [
  'charge.dispute.created', 'charge.dispute.funds_withdrawn', 'charge.dispute.updated', 'charge.dispute.updated',
  'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.updated', 'charge.dispute.updated',
  'charge.dispute.closed', 'charge.dispute.funds_reinstated',
]);

// The dashboard answers too.
await control(`/stripe/disputes/${other.id}/appeal`);
assert.equal((await control(`/stripe/disputes/${other.id}/review`)).status, 'appeal_under_review');

// Early fraud warnings.
const warned = await buy();
const warning = await control('/stripe/early_fraud_warnings', { payment_intent: warned });
const listed = await stripe.radar.earlyFraudWarnings.list({ payment_intent: warned });
assert.deepEqual(listed.data.map((each) => [each.id, each.actionable, each.fraud_type]), [[warning.id, true, 'made_with_stolen_card']]);
const read = await stripe.radar.earlyFraudWarnings.retrieve(warning.id, { expand: ['charge'] });
assert.equal(read.charge.payment_intent, warned);
await stripe.refunds.create({ payment_intent: warned });
assert.equal((await stripe.radar.earlyFraudWarnings.retrieve(warning.id)).actionable, false);
assert.deepEqual(await eventsOf(warning.id), ['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated']);

console.log('all checks passed');
