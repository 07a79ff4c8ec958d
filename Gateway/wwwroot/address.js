// Confirms or withdraws a change of the account's address. The token of the link in the mail is behind the # of the URL; programs that look
// through mails open links too, so nothing happens without a button.
import { api, onSubmit, say } from './page.js';

const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
const confirm = document.getElementById('confirm');
const withdraw = document.getElementById('withdraw');

// The secret leaves the address bar and the history.
history.replaceState(null, '', location.pathname);

function finish(text) {
  say(text);
  confirm.hidden = true;
  withdraw.hidden = true;
}

onSubmit(confirm, async () => {
  const { changed, email } = await api('/api/account/address/confirm', { method: 'POST', body: { token } });
  finish(changed
    ? `Your account has the address ${email} now.`
    : 'Confirmed. The address changes when the link in the mail to the other address is confirmed too.');
});
onSubmit(withdraw, async () => {
  await api('/api/account/address', { method: 'DELETE' });
  finish('The change is withdrawn. Your account keeps its address.');
});

async function begin() {
  // Without a session the answer is an error, and with one of an anonymous user it has no address.
  const account = await api('/api/account').catch((error) => {
    if (error.status !== 401) throw error;
    return { email: null };
  });
  if (!account.email) {
    say('Sign in to your account in this browser first. Then open the link in the mail again.', true);
  } else if (!account.pending_email) {
    say(`No change is pending. Your account has the address ${account.email}.`);
  } else {
    say(`Change the address of your account from ${account.email} to ${account.pending_email}?`);
    confirm.hidden = false;
    withdraw.hidden = false;
  }
}

begin().catch((error) => say(error.message, true));
