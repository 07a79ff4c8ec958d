// Drives the offline TradingView with a public client. TRADINGVIEW_URL: its base, in place of the one that is written in the client.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { PinePermManager } = require('@mathieuc/tradingview');
require('axios').interceptors.request.use((request) => {
  request.url = request.url.replace('https://www.tradingview.com', process.env.TRADINGVIEW_URL);
  return request;
});

const script = 'PUB;0123456789abcdef0123456789abcdef';
const scripts = new PinePermManager('tv_local', 'tv_local_signature', script);
const until = new Date('2031-02-03T04:05:06.000Z');

// Given for ever, given again, and given until a day.
assert.deepEqual(await scripts.getUsers(), []);
assert.equal(await scripts.addUser('Jo'), 'ok');
assert.equal(await scripts.addUser('Jo', until), 'exists');
assert.equal(await scripts.addUser('Ann', until), 'ok');
const [ann, jo] = await scripts.getUsers();
assert.deepEqual([ann.username, new Date(ann.expiration).toISOString()], ['Ann', until.toISOString()]);
assert.deepEqual([jo.username, jo.expiration], ['Jo', null]);
assert.equal((await scripts.getUsers(1)).length, 1);

// Changed, and taken away: twice is the same as once.
assert.equal(await scripts.modifyExpiration('Jo', until), 'ok');
assert.equal(new Date((await scripts.getUsers())[1].expiration).toISOString(), until.toISOString());
assert.equal(await scripts.modifyExpiration('Jo'), 'ok');
assert.equal((await scripts.getUsers())[1].expiration, null);
assert.equal(await scripts.removeUser('Jo'), 'ok');
assert.equal(await scripts.removeUser('Jo'), 'ok');
assert.deepEqual((await scripts.getUsers()).map((user) => user.username), ['Ann']);

// Another script has users of its own.
const other = new PinePermManager('tv_local', 'tv_local_signature', 'PUB;ffffffffffffffffffffffffffffffff');
assert.deepEqual(await other.getUsers(), []);

// What TradingView refuses.
await assert.rejects(scripts.addUser('unknown_jo'), /User does not exist/);
await assert.rejects(scripts.addUser('JO'), /User does not exist/);
await assert.rejects(scripts.modifyExpiration('Jo', until), /Not found/);
await assert.rejects(new PinePermManager('tv_local', 'tv_local_signature', 'mine').getUsers(), /Not found/);
await assert.rejects(new PinePermManager('tv_local', 'forged', script).getUsers(), /credentials were not provided/);
await assert.rejects(new PinePermManager('expired', 'tv_local_signature', script).addUser('Jo'), /credentials were not provided/);

console.log('all checks passed');
