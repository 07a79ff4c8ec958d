// Drives the offline OpenID issuer with openid-client, which validates what it answers. ISSUER and CONTROL: where they are.
import assert from 'node:assert/strict';
import * as client from 'openid-client';

const issuer = new URL(process.env.ISSUER);
const redirectUri = 'http://127.0.0.1:9/callback';
const insecure = { execute: [client.allowInsecureRequests] };
const secret = 'openid_local_secret';
const config = await client.discovery(issuer, 'local', secret, client.ClientSecretPost(secret), insecure);
const basic = await client.discovery(issuer, 'local', secret, client.ClientSecretBasic(secret), insecure);
assert.ok(config.serverMetadata().supportsPKCE());

const fields = (html) => Object.fromEntries(
  [...html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value.replaceAll('&amp;', '&')]));

// As a browser: the page, its form, and where that leads.
async function authorize(url, answer) {
  const page = await fetch(url, { redirect: 'manual' });
  if (page.status === 302) return new URL(page.headers.get('location'));
  assert.equal(page.status, 200);
  const form = new URLSearchParams({ ...fields(await page.text()), ...answer });
  const allowed = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  assert.equal(allowed.status, 303);
  return new URL(allowed.headers.get('location'));
}

async function begin(change = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...change,
  });
  return { url, checks };
}

async function fault(kind, match = 'POST /token') {
  const answer = await fetch(new URL('/faults', process.env.CONTROL), {
    method: 'POST', body: JSON.stringify({ cloud: 'openid', kind, match }),
  });
  assert.equal(answer.status, 201);
}

const grant = (current, checks, by = config) => client.authorizationCodeGrant(by, current, checks);
const subjects = [];

// The whole flow, by both ways to authenticate the client.
for (const by of [config, basic]) {
  const { url, checks } = await begin();
  const tokens = await grant(await authorize(url, { email: 'jo@example.com' }), checks, by);
  const claims = tokens.claims();
  assert.deepEqual([claims.email, claims.email_verified, claims.aud], ['jo@example.com', true, 'local']);
  const info = await client.fetchUserInfo(by, tokens.access_token, claims.sub);
  assert.deepEqual([info.email, info.email_verified], ['jo@example.com', true]);
  subjects.push(claims.sub);
}
assert.equal(subjects[0], subjects[1]);

// A person is the same with a new address, and another one with another.
for (const [answer, isSame] of [[{ email: 'new@example.com', subject: subjects[0] }, true], [{ email: 'li@example.com' }, false]]) {
  const { url, checks } = await begin();
  const claims = (await grant(await authorize(url, answer), checks)).claims();
  assert.deepEqual([claims.email, claims.sub === subjects[0]], [answer.email, isSame]);
}

// A code works once, and only with its verifier, redirect URI and client.
async function refused(error, status, work) {
  await assert.rejects(work, (problem) => problem.error === error && problem.status === status);
}
const { url, checks } = await begin();
const current = await authorize(url, { email: 'jo@example.com' });
await grant(current, checks);
await refused('invalid_grant', 400, () => grant(current, checks));
const other = await begin();
const stolen = await authorize(other.url, { email: 'jo@example.com' });
await refused('invalid_grant', 400, () => grant(stolen, { ...other.checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }));
const third = await begin();
const moved = await authorize(third.url, { email: 'jo@example.com' });
await refused('invalid_grant', 400, () => grant(new URL(moved.href.replace('/callback', '/other')), third.checks));
const stranger = await client.discovery(issuer, 'local', 'wrong', client.ClientSecretPost('wrong'), insecure);
const fourth = await begin();
const code = await authorize(fourth.url, { email: 'jo@example.com' });
await refused('invalid_client', 401, () => grant(code, fourth.checks, stranger));
await assert.rejects(() => client.fetchUserInfo(config, 'wrong', 'x'));

// What the page and the parameters refuse.
const cancelled = await begin();
await assert.rejects(
  async () => grant(await authorize(cancelled.url, { email: 'jo@example.com', cancel: 'true' }), cancelled.checks),
  (problem) => problem.error === 'access_denied');
for (const [change, error] of [
  [{ response_type: 'token' }, 'unsupported_response_type'], [{ scope: 'email' }, 'invalid_scope'],
  [{ code_challenge_method: 'plain' }, 'invalid_request'], [{ code_challenge: '' }, 'invalid_request'],
]) {
  const wrong = await begin(change);
  assert.equal((await authorize(wrong.url, {})).searchParams.get('error'), error);
}
for (const change of [{ client_id: 'other' }, { redirect_uri: '/callback' }, { redirect_uri: 'javascript:alert(1)' }]) {
  assert.equal((await fetch((await begin(change)).url)).status, 400);
}

// Faults.
async function faulty(kind) {
  await fault(kind);
  const begun = await begin();
  return grant(await authorize(begun.url, { email: 'jo@example.com' }), begun.checks);
}
await assert.rejects(() => faulty('wrong_nonce'), (problem) => /nonce/.test(problem.cause.message));
await assert.rejects(() => faulty('wrong_issuer'), (problem) => /"iss"/.test(problem.cause.message));
await assert.rejects(() => faulty('wrong_audience'), (problem) => /"aud"/.test(problem.cause.message));
await assert.rejects(() => faulty('expired_token'), { code: 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' });
assert.equal((await faulty('unverified_email')).claims().email_verified, false);
const bare = await faulty('claims_in_userinfo');
assert.equal(bare.claims().email, undefined);
assert.equal((await client.fetchUserInfo(config, bare.access_token, bare.claims().sub)).email, 'jo@example.com');

// A rotation of the key, and tokens as an app's SDK gets them, verified by jose.
const { createRemoteJWKSet, jwtVerify } = await import('jose');
async function verify(audience) {
  const answer = await fetch(new URL('/openid/tokens', process.env.CONTROL), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: 'jo@example.com', audience: 'app' }),
  });
  const { id_token: token } = await answer.json();
  const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
  return { token, keys, ...await jwtVerify(token, keys, { issuer: issuer.href.replace(/\/$/, ''), audience }) };
}
const before = await verify('app');
assert.equal(before.payload.sub, subjects[0]);
await assert.rejects(() => verify('other'), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
assert.equal((await fetch(new URL('/openid/rotate', process.env.CONTROL), { method: 'POST' })).status, 204);
await assert.rejects(
  () => jwtVerify(before.token, createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri))), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
await verify('app');

console.log('all checks passed');
