import { api, dollars, onSubmit, row, say } from './page.js';
import { showPasskeys } from './passkeys.js';

const $ = (id) => document.getElementById(id);
const state = { source: null, streams: new Map() };

async function refreshWallet() {
  $('balance').textContent = (await api('/api/wallet')).balance_cents;
  const { entries } = await api('/api/wallet/ledger?limit=20');
  $('ledger').replaceChildren(...entries.map((entry) => row(
    new Date(entry.created_at).toLocaleString(),
    entry.description ? `${entry.reason}: ${entry.description}` : entry.reason,
    (entry.change_cents > 0 ? '+' : '') + entry.change_cents,
    String(entry.balance_after_cents))));
}

async function showAccount() {
  const { email, pending_email: pending } = await api('/api/account');
  $('account').textContent = email
    ? `Signed in as ${email}.${pending ? ` The change to ${pending} waits for the links that were sent to both addresses.` : ''}`
    : 'Your credits belong to this browser alone. Sign in to keep them and to reach them from other browsers.';
  $('sign-in').hidden = Boolean(email);
  $('providers').hidden = Boolean(email);
  $('sign-out').hidden = !email;
  $('change-address').hidden = !email;
  $('keep-address').hidden = !pending;
  await showPasskeys(Boolean(email));
}

async function showProviders() {
  const { providers } = await api('/api/auth/providers');
  $('providers').replaceChildren(...providers.map(({ provider, name }) => {
    const button = document.createElement('button');
    button.textContent = `Continue with ${name}`;
    button.addEventListener('click', () => api(`/api/auth/providers/${provider}/start`, { method: 'POST', body: {} })
      .then(({ authorization_url }) => location.assign(authorization_url), (error) => say(error.message, true)));
    return button;
  }));
}

async function buy(body) {
  const { checkout_url } = await api('/api/topup', { method: 'POST', body, idempotent: true });
  location.assign(checkout_url);
}

async function showPacks() {
  const { packs } = await api('/api/packs');
  $('packs').replaceChildren(...packs.map((pack) => {
    const button = document.createElement('button');
    const bonus = pack.bonus_credits ? ` + ${pack.bonus_credits} bonus` : '';
    const access = (pack.grants ?? []).map((grant) => grant.name);
    const parts = [...(pack.credits ? [`${pack.credits}${bonus} credits`] : []), ...access];
    button.textContent = `${parts.join(' + ')} for ${dollars(pack.price_cents)}`;
    button.addEventListener('click', () => {
      const access_username = access.length ? prompt(`Your user name where you use ${access.join(', ')}:`) : undefined;
      if (access_username === null) return;
      buy({ pack: pack.id, access_username }).catch((error) => say(error.message, true));
    });
    return button;
  }));
}

function paid({ credits, access_username, grants }) {
  const parts = credits ? [`${credits} credits`] : [];
  for (const grant of grants) parts.push(`${grant.name} for ${access_username} (${grant.status})`);
  return `Paid: ${parts.join(', ')}.`;
}

async function greetPayer() {
  const query = new URLSearchParams(location.search);
  const session = query.get('session_id');
  if (query.get('topup') === 'cancelled') say('The payment was cancelled; nothing was charged.');
  if (query.get('topup') !== 'success' || !session) return;
  history.replaceState(null, '', '/');
  say('Waiting for the payment…');
  for (let tries = 0; tries < 60; tries++) {
    const topup = await api(`/api/topup/${encodeURIComponent(session)}`);
    if (topup.status === 'paid') return say(paid(topup));
    if (topup.status !== 'open') return say(`The payment is ${topup.status}.`, true);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  say('The payment is not confirmed yet. The credits are added when it is.');
}

function put(url, headers, body, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    // The browser sets the length; a page must not.
    for (const [name, value] of Object.entries(headers)) if (name.toLowerCase() !== 'content-length') request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onProgress(event.loaded);
    // 412: it had arrived before, and the answer was lost; completing the upload compares it with the declaration.
    request.onload = () => request.status < 300 || request.status === 412 ? resolve(request.getResponseHeader('ETag')) : reject(new Error(`The upload was rejected (${request.status}).`));
    request.onerror = () => reject(new Error('The upload was interrupted. Try again.'));
    request.send(body);
  });
}

async function send(file, upload, onProgress) {
  if (upload.upload_url) {
    await put(upload.upload_url, upload.headers, file, onProgress);
    return { key: upload.key };
  }
  const parts = [];
  let missing = upload.part_urls.map((url, index) => ({ part_number: index + 1, url }));
  for (let tries = 0; missing.length > 0; tries++) {
    try {
      for (const { part_number, url } of missing) {
        const start = (part_number - 1) * upload.part_size_bytes;
        const etag = await put(url, {}, file.slice(start, start + upload.part_size_bytes), (sent) => onProgress(start + sent));
        parts.push({ part_number, etag });
      }
      missing = [];
    } catch (error) {
      if (tries === 5) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** tries));
      // Goes on with the parts that have not arrived, their links signed anew.
      const state = await api(`/api/uploads/${encodeURIComponent(upload.key)}`);
      parts.splice(0, parts.length, ...state.parts.map(({ part_number, etag }) => ({ part_number, etag })));
      missing = state.part_urls;
    }
  }
  return { key: upload.key, upload_id: upload.upload_id, parts };
}

async function uploadFile(form) {
  const file = form.get('file');
  const upload = await api('/api/uploads', {
    method: 'POST', idempotent: true,
    body: { filename: file.name, content_type: file.type || 'video/mp4', size_bytes: file.size },
  });
  $('upload-progress').hidden = false;
  const sent = await send(file, upload, (bytes) => { $('upload-progress').value = (100 * bytes) / file.size; });
  const completed = await api('/api/uploads/complete', { method: 'POST', body: sent });
  $('upload-progress').hidden = true;
  const { duration_s: duration, width, height } = completed.video;
  state.source = { key: completed.key, duration };
  $('source').textContent = `${file.name}: ${completed.size_bytes} bytes, ${duration.toFixed(1)} s, ${width}x${height}`;
  $('export-button').disabled = false;
  say('Uploaded.');
  await quote();
}

function crop(text, time) {
  const [x, y, width, height] = text.split(',').map(Number);
  return { time, x, y, width, height };
}

function params() {
  const form = new FormData($('export'));
  const wanted = { source_key: state.source.key, target_resolution: form.get('target_resolution') };
  const from = form.get('crop_from').trim();
  if (from) wanted.crop_keyframes = [crop(from, 0), crop(form.get('crop_to').trim() || from, state.source.duration)];
  const title = form.get('title').trim();
  if (title) wanted.overlay_layers = [{ type: 'text', x: 40, y: 40, text: title, font_size: 64, color: 'white' }];
  return wanted;
}

async function quote() {
  if (!state.source) return;
  const wanted = params();
  const { cost_cents } = await api('/api/jobs/quote', { method: 'POST', body: { type: wanted.overlay_layers ? 'overlay' : 'framing', params: wanted } });
  $('price').textContent = `Costs ${cost_cents} credits.`;
}

async function download(jobId) {
  const { url } = await api(`/api/download/${jobId}`);
  location.assign(url);
}

function showJob(job) {
  const button = document.createElement('button');
  button.className = 'plain';
  const final = ['completed', 'failed', 'cancelled', 'timed_out'].includes(job.status);
  button.textContent = job.status === 'completed' ? 'Download' : 'Cancel';
  button.hidden = final && job.status !== 'completed';
  button.addEventListener('click', () => (job.status === 'completed' ? download(job.job_id) : api(`/api/jobs/${job.job_id}/cancel`, { method: 'POST', idempotent: true }))
    .catch((error) => say(error.message, true)));
  const progress = document.createElement('progress');
  progress.max = 100;
  progress.value = job.progress;
  const cost = job.refunded_cents ? `${job.cost_cents} (${job.refunded_cents} back)` : String(job.cost_cents);
  const line = row(job.job_id.slice(0, 8), job.type, job.error ? `${job.status}: ${job.error}` : job.status, progress, cost, button);
  line.id = `job-${job.job_id}`;
  const old = $(line.id);
  if (old) old.replaceWith(line); else $('jobs').prepend(line);
  if (!final) follow(job.job_id);
}

// A mail leads to a job: #job-…
async function showMeant() {
  const [, jobId] = /^#job-([0-9a-f-]{36})$/.exec(location.hash) ?? [];
  if (!jobId) return;
  if (!$(`job-${jobId}`)) showJob(await api(`/api/jobs/${jobId}`));
  $(`job-${jobId}`).classList.add('meant');
  $(`job-${jobId}`).scrollIntoView({ block: 'center' });
}

function follow(jobId) {
  if (state.streams.has(jobId)) return;
  const stream = new EventSource(`/api/jobs/${jobId}/events`);
  state.streams.set(jobId, stream);
  stream.addEventListener('status', (event) => {
    const job = JSON.parse(event.data);
    showJob(job);
    if (['completed', 'failed', 'cancelled', 'timed_out'].includes(job.status)) {
      stream.close();
      state.streams.delete(jobId);
      refreshWallet();
    }
  });
}

onSubmit($('topup'), (form) => buy({ amount_cents: Number(form.get('amount_cents')) }));
onSubmit($('upload'), uploadFile);
onSubmit($('sign-in'), async (form) => {
  await api('/api/auth/link', { method: 'POST', body: { email: form.get('email') } });
  say('A mail with a link is on its way. The link works for 15 minutes.');
});
onSubmit($('change-address'), async (form) => {
  await api('/api/account/address', { method: 'POST', body: { email: form.get('email') } });
  say('Mails are on their way to both addresses. The address changes when the links in both are confirmed, within 30 minutes.');
  await showAccount();
});
onSubmit($('keep-address'), async () => {
  await api('/api/account/address', { method: 'DELETE' });
  say('The change is withdrawn. Your account keeps its address.');
  await showAccount();
});
onSubmit($('export-data'), async () => {
  const data = await api('/api/account/export');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
  link.download = `reelballers-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});

function confirmDeletion(warning) {
  const dialog = $('delete-dialog');
  $('delete-warning').textContent = warning;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'delete'), { once: true }));
}

onSubmit($('delete-account'), async () => {
  const { balance_cents: credits } = await api('/api/wallet');
  const lost = credits > 0 ? ` Your ${credits} credits are lost; no money is paid back for them.` : '';
  const warning = `Your address, files, projects, saved cards and support tickets are deleted for good.${lost}`;
  if (!await confirmDeletion(warning)) return;
  // Credits that have arrived meanwhile are not lost: the request is then rejected.
  await api(`/api/account?forfeit_cents=${credits}`, { method: 'DELETE' });
  location.assign('/');
});

onSubmit($('sign-out'), async () => {
  await api('/api/auth/logout', { method: 'POST' });
  location.assign('/');
});
onSubmit($('export'), async () => {
  const job = await api('/api/export', { method: 'POST', body: params(), idempotent: true });
  say(`Job ${job.job_id} is ${job.status}.`);
  showJob(await api(`/api/jobs/${job.job_id}`));
  await refreshWallet();
});
$('export').addEventListener('change', () => quote().catch((error) => say(error.message, true)));

try {
  await api('/api/session', { method: 'POST' });
  // Everything else works without it.
  Promise.all([showAccount(), showProviders()]).catch((error) => { $('account').textContent = error.message; });
  await Promise.all([showPacks(), greetPayer()]);
  const { jobs } = await api('/api/jobs?limit=20');
  jobs.reverse().forEach(showJob);
  await showMeant();
  await refreshWallet();
} catch (error) {
  say(error.message, true);
}
