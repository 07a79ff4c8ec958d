// What the pages share: calls of the API, the message at the top, elements and forms.
const message = document.getElementById('message');

export async function api(path, { method = 'GET', body, idempotent = false, key = idempotent ? crypto.randomUUID() : null } = {}) {
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  const attempt = () => fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  let response = await attempt();
  // The key makes a retry safe while a service restarts.
  for (let tries = 0; key && response.status >= 502 && tries < 5; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** tries));
    response = await attempt();
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.detail ?? answer.error ?? `HTTP ${response.status}`), { status: response.status, answer });
  return answer;
}

export function say(text, isError = false) {
  message.textContent = text;
  message.hidden = !text;
  message.classList.toggle('error', isError);
}

export function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

export function row(...cells) {
  const line = document.createElement('tr');
  for (const cell of cells) {
    const td = document.createElement('td');
    td.append(cell ?? '');
    line.append(td);
  }
  return line;
}

export const dollars = (cents) => `${cents < 0 ? '-' : ''}$${(Math.abs(cents) / 100).toFixed(2)}`;

// The work gets the fields and the button that was used, if it was one.
export function onSubmit(form, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const buttons = form.querySelectorAll('button');
    for (const button of buttons) button.disabled = true;
    try {
      await work(new FormData(form), event.submitter);
    } catch (error) {
      say(error.message, true);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}
