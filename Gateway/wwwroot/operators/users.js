// Finds a user, and shows the account, the wallet and all lists of it.
import { api, dollars, element, onSubmit, row } from '../page.js';
import { facts, fill, fold, list, table, userLink, when } from './elements.js';

const form = document.getElementById('find');
const found = document.getElementById('found');
const signed = (number) => (number > 0 ? `+${number}` : String(number));

// The name, the path below the user, the field of the answer, the columns.
const lists = [
  ['Statement', 'ledger?limit=20', 'entries', [
    ['When', (entry) => when(entry.created_at)],
    ['Why', (entry) => (entry.description ? `${entry.reason}: ${entry.description}` : entry.reason)],
    ['Change', (entry) => signed(entry.change_cents)], ['Balance', (entry) => String(entry.balance_after_cents)],
    ['Of', (entry) => entry.stripe_payment_id ?? entry.job_id],
  ]],
  ['Payments', 'payments?limit=20', 'payments', [
    ['When', (payment) => when(payment.created_at)], ['Status', (payment) => payment.status], ['Pack', (payment) => payment.pack],
    ['Paid', (payment) => dollars(payment.paid_cents)], ['Credits', (payment) => `${payment.credits} + ${payment.bonus_credits}`],
    ['Refunded', (payment) => dollars(payment.refunded_cents)], ['Disputed', (payment) => dollars(payment.disputed_cents)],
    ['Payment', (payment) => payment.payment_id ?? payment.session_id],
  ]],
  ['Jobs', 'jobs?limit=20', 'jobs', [
    ['When', (job) => when(job.created_at)], ['Type', (job) => job.type],
    ['Status', (job) => (job.error ? `${job.status}: ${job.error}` : job.status)], ['Quoted', (job) => String(job.quoted_cents)],
    ['Charged', (job) => String(job.settled_cents)], ['Returned', (job) => String(job.refunded_cents)],
    ['Provider', (job) => `$${(job.provider_microdollars / 1_000_000).toFixed(4)}`], ['Runs', (job) => String(job.runs.length)],
    ['Job', (job) => job.job_id],
  ]],
  ['Files', 'files?limit=20', 'files', [
    ['When', (file) => when(file.created_at)], ['Kind', (file) => file.kind], ['Status', (file) => file.status],
    ['Name', (file) => file.filename], ['Bytes', (file) => String(file.size_bytes ?? '')], ['Kept until', (file) => when(file.expires_at)],
  ]],
  ['Access', 'grants?limit=20', 'grants', [
    ['When', (grant) => when(grant.created_at)], ['Access', (grant) => grant.name], ['User name', (grant) => grant.access_username],
    ['State', (grant) => grant.state], ['Until', (grant) => when(grant.access_until) ?? 'for ever'], ['Error', (grant) => grant.error],
  ]],
  ['Mails', 'mails', 'mails', [
    ['When', (mail) => when(mail.created_at)], ['Kind', (mail) => mail.kind], ['To', (mail) => mail.recipient],
    ['Status', (mail) => mail.status], ['Error', (mail) => mail.last_error],
  ]],
  ['Sessions', 'sessions', 'sessions', [
    ['Since', (session) => when(session.created_at)], ['Used', (session) => when(session.last_seen_at)],
    ['Browser', (session) => session.user_agent],
  ]],
  ['Audit log', 'audit?limit=20', 'entries', [
    ['When', (entry) => when(entry.at)], ['Act', (entry) => entry.action], ['State', (entry) => entry.state],
    ['By', (entry) => entry.actor_id ?? 'system'], ['Reason', (entry) => entry.reason],
  ]],
];

function folds(uid) {
  return lists.map(([name, path, field, columns]) => fold(name, async () => [await list(
    `/api/admin/users/${uid}/${path}`, field, (item) => row(...columns.map(([, text]) => text(item))), columns.map(([heading]) => heading))]));
}

function lotTable(lots) {
  const rows = document.createElement('tbody');
  rows.append(...lots.map((lot) => row(lot.kind, String(lot.left_cents), when(lot.expires_at) ?? 'never', lot.stripe_payment_id)));
  return table(['Credits', 'Left', 'Expire', 'Payment'], rows);
}

async function show({ uid }) {
  const { user, wallet, lots, suppression } = await api(`/api/admin/users/${uid}`);
  const item = document.createElement('article');
  item.append(
    element('h3', user.email ?? 'Anonymous user'),
    facts([
      ['User id', user.uid], ['Roles', user.roles.join(', ') || null], ['Account since', when(user.created_at)],
      ['Deleted', when(user.deleted_at)],
      ['Mails are stopped', suppression && `${suppression.reason}, ${when(suppression.since)}`],
      ['Balance', wallet.balance_cents], ['Held by open jobs', wallet.held_cents], ['Owed', dollars(wallet.receivable_cents)],
      ['Wallet', wallet.frozen ? 'frozen' : 'open'],
    ]),
    ...user.joined_into ? [userLink(user.joined_into, 'Joined into this account')] : [],
    ...user.joined_users.map((joined) => userLink(joined, `Joined user ${joined}`)),
    ...lots.length ? [lotTable(lots)] : [],
    ...folds(uid));
  return item;
}

const find = (by, value) => fill(found, async () => {
  const { users } = await api(`/api/admin/users?${new URLSearchParams({ [by]: value })}`);
  return users.length ? Promise.all(users.map(show)) : [element('p', 'There is no such user.', 'quiet')];
});

// The page leads to a user by #user=…
export async function showLinkedUser() {
  const [, uid] = /^#user=([0-9a-f-]{36})$/.exec(location.hash) ?? [];
  if (!uid) return;
  form.elements.by.value = 'uid';
  form.elements.value.value = uid;
  await find('uid', uid);
  form.scrollIntoView();
}

onSubmit(form, (fields) => find(fields.get('by'), fields.get('value').trim()));
addEventListener('hashchange', showLinkedUser);
