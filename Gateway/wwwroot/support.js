// Writes tickets to support, and shows those of the user with their answers.
import { api, element, onSubmit, say } from './page.js';

const form = document.getElementById('new');
const list = document.getElementById('tickets');

function sends(target, path) {
  onSubmit(target, async (fields) => {
    await api(path, { method: 'POST', body: Object.fromEntries(fields), idempotent: true });
    target.reset();
    await show();
    say('Sent. We answer by mail and here.');
  });
}

function reply(ticket) {
  const box = document.createElement('form');
  box.className = 'stack';
  const text = document.createElement('textarea');
  text.name = 'message';
  text.rows = 3;
  text.maxLength = 5000;
  text.required = true;
  text.setAttribute('aria-label', 'Reply');
  box.append(text, element('button', 'Reply'));
  sends(box, `/api/support/tickets/${ticket.ticket_id}/messages`);
  return box;
}

async function open(details, id) {
  const ticket = await api(`/api/support/tickets/${id}`);
  details.append(
    ...ticket.messages.flatMap((one) => [
      element('p', `${one.author === 'user' ? 'You' : 'Support'}, ${new Date(one.created_at).toLocaleString()}`, 'quiet'),
      ...one.text.split('\n').filter(Boolean).map((line) => element('p', line)),
    ]),
    reply(ticket));
}

async function show() {
  const { tickets } = await api('/api/support/tickets');
  if (tickets.length === 0) {
    return;
  }
  list.replaceChildren(...tickets.map((ticket) => {
    const details = document.createElement('details');
    details.append(element('summary', `${ticket.subject} (${ticket.status})`));
    details.addEventListener('toggle', () => open(details, ticket.ticket_id).catch((error) => say(error.message, true)), { once: true });
    return details;
  }));
}

async function start() {
  sends(form, '/api/support');
  // Without a session there are neither.
  const account = await api('/api/account').catch(() => null);
  if (account?.email) {
    document.getElementById('email').remove();
  }
  if (account) {
    await show();
  }
}

start().catch((error) => say(error.message, true));
