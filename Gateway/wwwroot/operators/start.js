// The page of operators. Whoever is none gets the API's 404, and is shown how to sign in.
import { api, onSubmit, say } from '../page.js';
import { showAlerts } from './alerts.js';
import { showApprovals } from './approvals.js';
import { showDeadLetters } from './dead-letters.js';
import { showFigures } from './figures.js';
import { showProvisioning } from './provisioning.js';
import { showTickets } from './tickets.js';
import { showLinkedUser } from './users.js';

const $ = (id) => document.getElementById(id);

// Without a session there is no account.
async function account() {
  try {
    return await api('/api/account');
  } catch (error) {
    if (error.status !== 401) throw error;
    return { email: null, roles: [] };
  }
}

async function mayRead() {
  try {
    await api('/api/admin/alerts?limit=1');
    return true;
  } catch (error) {
    if (error.status !== 401 && error.status !== 404) throw error;
    return false;
  }
}

function refuse(email) {
  const who = email ? `${email} is none` : 'nobody is signed in here';
  $('refusal').textContent = `This page is for operators, and ${who}: the API answers 404, not found.`;
  $('entry').hidden = false;
}

async function start() {
  const { email, roles } = await account();
  const isOperator = roles.includes('support') || roles.includes('admin');
  // The Gateway knows a new role within a second or two.
  for (let tries = 0; !await mayRead(); tries++) {
    if (!isOperator || tries === 5) return refuse(email);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  $('operator').textContent = `${email ?? 'signed in'} (${roles.includes('admin') ? 'admin' : 'support'})`;
  $('operators').hidden = false;
  showAlerts();
  showFigures();
  showProvisioning();
  showDeadLetters();
  showApprovals();
  showTickets();
  showLinkedUser();
}

onSubmit($('sign-in'), async (fields) => {
  await api('/api/auth/link', { method: 'POST', body: { email: fields.get('email'), return_to: '/operators.html' } });
  say('A mail with a link is on its way. The link works for 15 minutes.');
});

start().catch((error) => say(error.message, true));
