// Drives the offline RunPod with the official SDK. RUNPOD_URL: its base; INPUT: an input that the worker can process;
// RUNPOD_WORKERS: 0 when this script is to be the worker.
import assert from 'node:assert/strict';
import runpodSdk from 'runpod-sdk';

const baseUrl = process.env.RUNPOD_URL;
const input = JSON.parse(process.env.INPUT);
const patience = 120_000;
const endpoint = runpodSdk('rp_local', { baseUrl }).endpoint('local');

async function refused(promise, status) {
  const failure = await promise.then(() => assert.fail('should have been refused'), (error) => error);
  assert.equal(failure.response?.status, status);
}

async function until(id, ends) {
  for (;;) {
    const job = await endpoint.status(id, patience);
    assert.equal(job.started, true);
    if (ends.includes(job.status)) return job;
    assert.equal(job.completed, false);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

if (process.env.RUNPOD_WORKERS === '0') {
  // Streams: this script takes the job as RunPod's workers do, and reads what it has sent.
  const worker = (path, body) => fetch(`${baseUrl}/local/${path}`, {
    method: body ? 'POST' : 'GET', headers: { Authorization: 'rp_local' }, body: body && JSON.stringify(body),
  });
  const { id } = await endpoint.run({ input }, patience);
  const job = await (await worker('job-take/w1?job_in_progress=0')).json();
  assert.equal(job.id, id);
  const parts = [];
  const reading = (async () => {
    for await (const part of endpoint.stream(id)) parts.push(part.output);
  })();
  assert.equal((await worker(`job-stream/w1/${id}?isStream=false`, { output: { frame: 1 } })).status, 200);
  assert.equal((await worker(`job-stream/w1/${id}?isStream=false`, { output: { frame: 2 } })).status, 200);
  assert.equal((await worker(`job-done/w1/${id}?isStream=true`, { output: [] })).status, 200);
  await reading;
  assert.deepEqual(parts, [{ frame: 1 }, { frame: 2 }]);

  // What waits can be purged and cancelled.
  const waiting = await endpoint.run({ input }, patience);
  assert.equal(waiting.status, 'IN_QUEUE');
  const cancelled = await endpoint.cancel(waiting.id, patience);
  assert.deepEqual([cancelled.id, cancelled.status], [waiting.id, 'CANCELLED']);
  assert.equal((await until(waiting.id, ['CANCELLED'])).succeeded, false);
  await endpoint.run({ input }, patience);
  assert.equal((await endpoint.health(patience)).jobs.inQueue, 1);
  assert.deepEqual(await endpoint.purgeQueue(patience), { removed: 1, status: 'completed' });
  assert.equal((await endpoint.health(patience)).jobs.inQueue, 0);
} else {
  // A job to its end, by waiting for it and by asking for it.
  const sync = await endpoint.runSync({ input }, patience);
  assert.deepEqual([sync.status, sync.completed, sync.succeeded], ['COMPLETED', true, true]);
  assert.equal(sync.output.output_key, input.output_key);
  assert.ok(sync.executionTime > 0);
  const { id, status } = await endpoint.run({ input, policy: { executionTimeout: 600_000, ttl: 3_600_000 } }, patience);
  assert.equal(status, 'IN_QUEUE');
  const waited = await endpoint.statusSync(id, 90_000);
  assert.equal(waited.id, id);
  const done = await until(id, ['COMPLETED']);
  assert.equal(done.output.content_type, 'video/mp4');

  // One that fails says why.
  const wrong = await endpoint.run({ input: { ...input, max_duration_s: 0 } }, patience);
  const failed = await until(wrong.id, ['FAILED']);
  assert.equal(failed.succeeded, false);
  assert.match(failed.error, /max_duration_s/);

  // What RunPod refuses.
  await refused(runpodSdk('wrong', { baseUrl }).endpoint('local').run({ input }, patience), 401);
  await refused(runpodSdk('rp_local', { baseUrl }).endpoint('other').run({ input }, patience), 404);
  await refused(endpoint.status('unknown', patience), 404);
  await refused(endpoint.run({ input, policy: { ttl: 1 } }, patience), 400);
  const health = await endpoint.health(patience);
  assert.deepEqual([health.jobs.completed, health.jobs.failed], [2, 1]);
}

console.log('all checks passed');
