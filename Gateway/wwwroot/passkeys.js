// The passkeys of the account: adding, listing and removing them, and signing in by one.
import { api, onSubmit, say } from './page.js';

const $ = (id) => document.getElementById(id);

// Browsers without these functions have the other ways to sign in.
const isSupported = typeof PublicKeyCredential === 'function' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;

const refusals = {
  NotAllowedError: 'No passkey was used: the request was cancelled, or took too long.',
  InvalidStateError: 'This device has a passkey of the account already.',
};

async function ask(work) {
  try {
    return await work();
  } catch (error) {
    throw new Error(refusals[error.name] ?? error.message);
  }
}

function show(passkey) {
  const item = document.createElement('li');
  const used = passkey.last_used_at ? `used ${new Date(passkey.last_used_at).toLocaleString()}` : 'not used yet';
  item.textContent = `${passkey.name}, added ${new Date(passkey.created_at).toLocaleDateString()}, ${used} `;
  const button = document.createElement('button');
  button.className = 'plain';
  button.textContent = 'Remove';
  button.setAttribute('aria-label', `Remove ${passkey.name}`);
  button.addEventListener('click', () => remove(passkey).catch((error) => say(error.message, true)));
  item.append(button);
  return item;
}

async function remove(passkey) {
  if (!confirm(`Remove the passkey ${passkey.name}? It does not sign in any more.`)) return;
  await api(`/api/account/passkeys/${passkey.id}`, { method: 'DELETE' });
  await list();
}

async function list() {
  const { passkeys } = await api('/api/account/passkeys');
  $('passkey-list').replaceChildren(...passkeys.map(show));
}

async function add(form) {
  const { public_key } = await api('/api/account/passkeys/options', { method: 'POST' });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(public_key);
  const credential = await ask(() => navigator.credentials.create({ publicKey }));
  await api('/api/account/passkeys', { method: 'POST', body: { credential: credential.toJSON(), name: form.get('name').trim() || null } });
  say('The passkey signs in to your account from now on.');
  $('passkey-add').reset();
  await list();
}

async function signIn() {
  const { public_key } = await api('/api/auth/passkey/options', { method: 'POST' });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(public_key);
  const credential = await ask(() => navigator.credentials.get({ publicKey }));
  await api('/api/auth/passkey', { method: 'POST', body: { credential: credential.toJSON() } });
  location.assign('/');
}

// Shows what the caller can do: with an account its passkeys, without one the sign-in.
export async function showPasskeys(hasAccount) {
  $('passkey-sign-in').hidden = hasAccount || !isSupported;
  $('passkeys').hidden = !hasAccount;
  $('passkey-add').hidden = !isSupported;
  if (hasAccount) await list();
}

onSubmit($('passkey-add'), add);
onSubmit($('passkey-sign-in'), signIn);
