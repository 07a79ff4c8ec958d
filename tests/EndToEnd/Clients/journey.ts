// A journey with the typed client: node journey.js URL prints what came of it as JSON.
import { createClient, newIdempotencyKey, type Schemas } from '@reelballers/client';

declare const process: { argv: string[] };

const baseUrl = process.argv[2]!;
const codes: string[] = [];

const { data: session } = await createClient({ baseUrl }).POST('/api/session');
const client = createClient({ baseUrl, token: () => session?.token });
const { data: me } = await client.GET('/api/me');

// What it costs is not there yet.
const jobId = crypto.randomUUID();
const debit: Schemas['DebitRequest'] = { job_id: jobId, cost_cents: 120 };
const { error: insufficient } = await client.POST('/api/debit', { body: debit });
codes.push(insufficient?.code ?? 'none');

// The same request twice is one checkout.
const header = { 'Idempotency-Key': newIdempotencyKey() };
const checkouts: string[] = [];
let checkoutUrl = '';
for (let attempt = 0; attempt < 2; attempt++) {
  const { data: checkout, error } = await client.POST('/api/topup', { params: { header }, body: { amount_cents: 500 } });
  if (!checkout) {
    throw new Error(JSON.stringify(error));
  }
  checkouts.push(checkout.session_id);
  checkoutUrl = checkout.checkout_url;
}
const body = new URLSearchParams({ card_number: '4242424242424242' });
const paid = await fetch(checkoutUrl, { method: 'POST', body, redirect: 'manual' });

const balance = await becomes(async () => (await client.GET('/api/wallet')).data?.balance_cents, (cents) => cents === 500);
const status = await becomes(
  async () => (await client.GET('/api/topup/{session_id}', { params: { path: { session_id: checkouts[0]! } } })).data?.status,
  (topup) => topup === 'paid',
);
const { data: debited } = await client.POST('/api/debit', { body: debit });
const { data: ledger } = await client.GET('/api/wallet/ledger', { params: { query: { limit: 10 } } });
const { error: noJob } = await client.GET('/api/jobs/{job_id}', { params: { path: { job_id: jobId } } });
codes.push(noJob?.code ?? 'none');
const { response: closed } = await client.POST('/api/auth/logout');
const { error: signedOut } = await client.GET('/api/me');
codes.push(signedOut?.code ?? 'none');

console.log(JSON.stringify({
  is_same_user: me?.uid === session?.uid,
  checkouts: new Set(checkouts).size,
  paid: paid.status,
  balance,
  status,
  new_balance: debited?.new_balance_cents,
  entries: ledger?.entries.map((entry) => `${entry.reason} ${entry.change_cents}`),
  closed: closed.status,
  codes,
}));

/** Reads until the value is as wanted. */
async function becomes<T>(read: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const value = await read();
    if (isWanted(value) || attempt === 300) {
      return value;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
