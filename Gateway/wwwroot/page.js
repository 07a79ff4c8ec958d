// What the pages share: calls of the API, the message at the top, and forms.
const message = document.getElementById('message');

export async function api(path, { method = 'GET', body, idempotent = false } = {}) {
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (idempotent) headers['Idempotency-Key'] = crypto.randomUUID();
  const attempt = () => fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  let response = await attempt();
  // The key makes a retry safe while a service restarts.
  for (let tries = 0; idempotent && response.status >= 502 && tries < 5; tries++) {
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

export function onSubmit(form, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      await work(new FormData(form));
    } catch (error) {
      say(error.message, true);
    } finally {
      button.disabled = false;
    }
  });
}
