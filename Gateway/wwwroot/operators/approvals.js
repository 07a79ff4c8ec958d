// Acts that need two people. Who has asked for one can withdraw it, and cannot approve it.
import { dollars, element } from '../page.js';
import { actForm } from './act.js';
import { fill, list, quiet, userLink, when } from './elements.js';

const names = {
  bonus: (act) => `Give ${act.amount_cents} bonus credits${act.credits_expire_at ? `, which expire ${when(act.credits_expire_at)}` : ''}.`,
  adjustment: (act) => (act.amount_cents < 0 ? `Take ${-act.amount_cents} credits.` : `Give ${act.amount_cents} credits as an adjustment.`),
  refund: (act) => `Refund ${dollars(act.amount_cents)} of the payment ${act.payment_id}${act.force ? ', also if the credits are spent' : ''}.`,
  join: (act) => `Join a user with ${act.amount_cents} credits into the account ${act.into}.`,
};

const decided = {
  done: 'It is approved and done.',
  approved: 'It is approved, and is carried out as soon as the service answers.',
  rejected: 'It is rejected.',
};
const outcome = ({ status }) => decided[status] ?? `It is ${status}.`;

function show(act) {
  const item = document.createElement('article');
  const path = `/api/admin/approvals/${act.approval_id}`;
  item.append(
    element('p', names[act.kind]?.(act) ?? act.kind),
    element('p', act.reason),
    quiet(`asked for by ${act.requested_by} ${when(act.created_at)}`, `until ${when(act.expires_at)}`),
    actForm([
      { name: 'Approve', path: `${path}/approve`, done: outcome },
      { name: 'Reject', path: `${path}/reject`, done: outcome },
    ], showApprovals),
    ...act.uid ? [userLink(act.uid)] : []);
  return item;
}

export const showApprovals = () => fill(document.getElementById('approval-list'),
  async () => [await list('/api/admin/approvals?status=pending&limit=10', 'approvals', show)]);
