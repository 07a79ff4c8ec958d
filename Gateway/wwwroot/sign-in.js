// Signs in by what the URL has behind its #: the token of a link in a mail, what an OpenID issuer answers, or an issuer to go to. Whatever
// another site or a program that looks through mails can open needs a button first, unless this browser asked for it.
const query = new URLSearchParams(location.hash.slice(1));
const provider = query.get('provider');
const message = document.getElementById('message');
const form = document.getElementById('confirm');

// The secrets leave the address bar and the history.
history.replaceState(null, '', location.pathname);

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { isSuccess: answer.ok, body: await answer.json() };
}

function ask(text) {
  message.textContent = text;
  form.hidden = false;
}

function fail(text) {
  message.className = 'error';
  message.textContent = text;
}

async function confirmLink(confirmed) {
  const { isSuccess, body } = await post('/api/auth/link/confirm', { token: query.get('token') ?? '', confirmed });
  if (isSuccess) {
    location.replace(body.return_to);
  } else if (body.code === 'confirmation_required') {
    ask(`This browser did not ask for the link. Do you want to sign in here as ${body.email}?`);
  } else {
    fail(body.detail ?? body.title);
  }
}

async function finishAtProvider() {
  const names = ['state', 'code', 'error'].filter((name) => query.has(name));
  const parameters = Object.fromEntries(names.map((name) => [name, query.get(name)]));
  const { isSuccess, body } = await post(`/api/auth/providers/${encodeURIComponent(provider)}/callback`, parameters);
  if (isSuccess) location.replace(body.return_to);
  else fail(body.detail ?? body.title);
}

async function goToProvider(confirmed) {
  if (!confirmed) return ask(`Do you want to sign in with ${provider}?`);
  const start = `/api/auth/providers/${encodeURIComponent(provider)}/start`;
  const { isSuccess, body } = await post(start, { return_to: query.get('return_to') ?? '/' });
  if (isSuccess) location.replace(body.authorization_url);
  else fail(body.detail ?? body.title);
}

function run(confirmed) {
  form.hidden = true;
  const work = provider === null ? confirmLink(confirmed) : query.has('state') ? finishAtProvider() : goToProvider(confirmed);
  work.catch(() => fail(provider === null
    ? 'The server did not answer. Reload the page from the link in the mail.'
    : 'The server did not answer. Go back to the app and sign in again.'));
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  run(true);
});
run(false);
