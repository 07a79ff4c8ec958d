// Tickets with their messages, to be answered or closed.
import { api, element } from '../page.js';
import { actForm } from './act.js';
import { fill, fold, list, quiet, userLink, when } from './elements.js';

const status = document.getElementById('ticket-status');

const open = async (path) => {
  const { ticket, messages } = await api(path);
  return [
    ...messages.flatMap((one) => [
      quiet(one.operator_id ? `Operator ${one.operator_id}` : 'The user', when(one.created_at)),
      ...one.text.split('\n').filter(Boolean).map((line) => element('p', line)),
    ]),
    actForm([{ name: 'Answer', path: `${path}/answer`, done: 'The answer is sent.' }], showTickets, { message: true }),
    ...ticket.status === 'closed' ? [] : [actForm([{ name: 'Close', path: `${path}/close`, done: 'The ticket is closed.' }], showTickets)],
    userLink(ticket.uid),
  ];
};

function show(ticket) {
  const from = `${ticket.email}${ticket.has_account ? '' : ' (not confirmed)'}`;
  return fold(`${ticket.subject} · ${from} · ${when(ticket.updated_at)}`, () => open(`/api/admin/tickets/${ticket.ticket_id}`));
}

export const showTickets = () => fill(document.getElementById('ticket-list'),
  async () => [await list(`/api/admin/tickets?status=${status.value}&limit=10`, 'tickets', show)]);

status.addEventListener('change', showTickets);
