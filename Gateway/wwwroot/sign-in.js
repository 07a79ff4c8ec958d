// Confirms the link of a sign-in mail. The browser that asked for it is signed in at once; in any other the user presses the button first:
// programs that look through mails open links too.
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
const message = document.getElementById('message');
const form = document.getElementById('confirm');

// The token leaves the address bar and the history.
history.replaceState(null, '', location.pathname);

async function confirm(confirmed) {
  form.hidden = true;
  const answer = await fetch('/api/auth/link/confirm', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token, confirmed }),
  });
  const body = await answer.json();
  if (answer.ok) {
    location.replace(body.return_to);
  } else if (body.code === 'confirmation_required') {
    message.textContent = `This browser did not ask for the link. Do you want to sign in here as ${body.email}?`;
    form.hidden = false;
  } else {
    message.className = 'error';
    message.textContent = body.detail ?? body.title;
  }
}

function run(confirmed) {
  confirm(confirmed).catch(() => {
    message.className = 'error';
    message.textContent = 'The server did not answer. Reload the page from the link in the mail.';
  });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  run(true);
});
run(false);
