// Writes tickets to support, and shows those of the user with their answers.
const message = document.getElementById('message');
const form = document.getElementById('new');
const list = document.getElementById('tickets');

async function call(method, path, body, key) {
  const answer = await fetch(`/api${path}`, {
    method,
    headers: { ...(body && { 'Content-Type': 'application/json' }), ...(key && { 'Idempotency-Key': key }) },
    body: body && JSON.stringify(body),
  });
  const result = await answer.json();
  if (!answer.ok) {
    throw new Error(Object.values(result.errors ?? {}).flat().join('; ') || (result.detail ?? result.title));
  }
  return result;
}

function say(text, isError) {
  message.textContent = text;
  message.className = isError ? 'error' : '';
  message.hidden = false;
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className ?? '';
  return made;
}

// A lost answer is repeated with the same key, so that nothing is sent twice.
function onSubmit(target, send) {
  let key = crypto.randomUUID();
  target.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = target.querySelector('button');
    button.disabled = true;
    try {
      await send(Object.fromEntries(new FormData(target)), key);
      key = crypto.randomUUID();
      target.reset();
      await show();
      say('Sent. We answer by mail and here.');
    } catch (error) {
      say(error.message, true);
    } finally {
      button.disabled = false;
    }
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
  onSubmit(box, (fields, key) => call('POST', `/support/tickets/${ticket.ticket_id}/messages`, fields, key));
  return box;
}

async function open(details, id) {
  const ticket = await call('GET', `/support/tickets/${id}`);
  details.append(
    ...ticket.messages.flatMap((one) => [
      element('p', `${one.author === 'user' ? 'You' : 'Support'}, ${new Date(one.created_at).toLocaleString()}`, 'quiet'),
      ...one.text.split('\n').filter(Boolean).map((line) => element('p', line)),
    ]),
    reply(ticket));
}

async function show() {
  const { tickets } = await call('GET', '/support/tickets');
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
  onSubmit(form, (fields, key) => call('POST', '/support', fields, key));
  // Without a session there are neither.
  const account = await call('GET', '/account').catch(() => null);
  if (account?.email) {
    document.getElementById('email').remove();
  }
  if (account) {
    await show();
  }
}

start().catch((error) => say(error.message, true));
