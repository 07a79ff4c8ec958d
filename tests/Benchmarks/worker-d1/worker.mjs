// The simplest wallet that a Cloudflare Worker with D1 can be: one row a user, one row a debit, idempotent by job.
const debit = `UPDATE wallets SET balance_cents = balance_cents - ?2
  WHERE user_id = ?1 AND balance_cents >= ?2 AND NOT EXISTS (SELECT 1 FROM debits WHERE user_id = ?1 AND job_id = ?3)`;
const note = 'INSERT INTO debits (user_id, job_id, cost_cents) SELECT ?1, ?3, ?2 WHERE changes() = 1';
const read = 'SELECT balance_cents FROM wallets WHERE user_id = ?1';

export default {
  async fetch(request, env) {
    const user = request.headers.get('x-user-id');
    if (request.method === 'GET') {
      const row = await env.DB.prepare(read).bind(user).first();
      return Response.json({ balance_cents: row?.balance_cents ?? 0 });
    }
    const { job_id, cost_cents } = await request.json();
    const [updated, , after] = await env.DB.batch([
      env.DB.prepare(debit).bind(user, cost_cents, job_id),
      env.DB.prepare(note).bind(user, cost_cents, job_id),
      env.DB.prepare(read).bind(user),
    ]);
    return updated.meta.changes === 1
      ? Response.json({ success: true, new_balance_cents: after.results[0].balance_cents })
      : Response.json({ code: 'insufficient_credits' }, { status: 402 });
  },
};
