// Money, credits and jobs by day, what users have, and what waits.
import { api, dollars, element, onSubmit, row } from '../page.js';
import { facts, fill, table } from './elements.js';

const days = document.getElementById('days');
const microdollars = (amount) => dollars(Math.round(amount / 10_000));
const share = (value) => (value === null ? '–' : `${(100 * value).toFixed(1)}%`);
const count = String;

// One table each, of groups of columns.
const tables = [
  [
    ['Money', [['paid', 'paid_cents', dollars], ['refunded', 'refunded_cents', dollars], ['disputed', 'disputed_cents', dollars]]],
    ['Earnings', [
      ['earned', 'earned_cents', dollars], ['provider', 'provider_microdollars', microdollars], ['margin', 'margin_microdollars', microdollars],
    ]],
    ['Jobs', [
      ['completed', 'completed_jobs', count], ['failed', 'failed_jobs', count], ['timed out', 'timed_out_jobs', count],
      ['cancelled', 'cancelled_jobs', count], ['failure rate', 'failure_rate', share],
    ]],
  ],
  [
    ['Credits given', [['bought', 'topup_cents', count], ['bonus', 'bonus_cents', count], ['adjusted', 'adjusted_cents', count]]],
    ['Credits gone', [
      ['spent', 'spent_cents', count], ['taken back', 'clawed_back_cents', count], ['expired', 'expired_cents', count],
      ['forfeited', 'forfeited_cents', count],
    ]],
  ],
];

const possessions = [
  ['Unspent credits', 'unspent_cents', count], ['Credits held by open jobs', 'held_cents', count], ['Owed by users', 'receivable_cents', dollars],
];
const queues = [
  ['Jobs queued', 'queued_jobs', count], ['Jobs running', 'running_jobs', count], ['Steps of jobs given up', 'dead_job_steps', count],
  ['Events of payments', 'pending_payment_events', count], ['Commands to the wallet', 'pending_wallet_commands', count],
  ['Set aside by Payments', 'parked_items', count], ['Access to be given', 'pending_grants', count], ['Mails', 'pending_mails', count],
  ['Posts of alerts', 'pending_alert_posts', count], ['Webhooks', 'pending_webhooks', count], ['Joins', 'pending_joins', count],
  ['Approvals', 'pending_approvals', count],
];

function byDay(figures, groups) {
  const above = document.createElement('tr');
  above.append(element('th', ''), ...groups.map(([name, group]) => Object.assign(element('th', name), { colSpan: group.length })));
  const columns = groups.flatMap(([, group]) => group);
  const body = document.createElement('tbody');
  body.append(...figures.days.toReversed().map((day) => row(day.day, ...columns.map(([, field, show]) => show(day[field])))));
  const whole = table(['Day', ...columns.map(([name]) => name)], body);
  whole.classList.add('numbers');
  whole.querySelector('thead').prepend(above);
  return whole;
}

export async function showFigures() {
  const query = new URLSearchParams(new FormData(days));
  await fill(document.getElementById('figures-read'), async () => {
    const figures = await api(`/api/admin/figures?${query}`);
    const now = (some) => facts(some.map(([name, field, show]) => [name, show(figures.now[field])]));
    return [
      ...tables.map((groups) => byDay(figures, groups)), element('p', 'A credit is a cent.', 'quiet'),
      element('h3', 'What users have now'), now(possessions), element('h3', 'What waits now'), now(queues),
    ];
  });
}

const daysAgo = (number) => new Date(Date.now() - number * 86_400_000).toISOString().slice(0, 10);
days.elements.from.value = daysAgo(6);
days.elements.to.value = daysAgo(0);
onSubmit(days, showFigures);
