// usage: node run.mjs <directory for the data> <file with a user id a line> <cents for each>
// Prints the address when it listens, and ends with its standard input.
import { readFileSync } from 'node:fs';
import { Miniflare } from 'miniflare';

const [data, usersFile, cents] = process.argv.slice(2);
const miniflare = new Miniflare({
  modules: true,
  scriptPath: new URL('worker.mjs', import.meta.url).pathname,
  compatibilityDate: '2026-01-01',
  d1Databases: { DB: 'wallet' },
  d1Persist: data,
  host: '127.0.0.1',
  port: 0,
});
const database = await miniflare.getD1Database('DB');
await database.exec('CREATE TABLE wallets (user_id TEXT PRIMARY KEY, balance_cents INTEGER NOT NULL)');
await database.exec('CREATE TABLE debits (user_id TEXT, job_id TEXT, cost_cents INTEGER NOT NULL, PRIMARY KEY (user_id, job_id))');
const users = readFileSync(usersFile, 'utf8').split('\n').filter(Boolean);
const insert = database.prepare('INSERT INTO wallets (user_id, balance_cents) VALUES (?1, ?2)');
for (let first = 0; first < users.length; first += 100) {
  await database.batch(users.slice(first, first + 100).map((user) => insert.bind(user, Number(cents))));
}
console.log((await miniflare.ready).href);
process.stdin.on('end', () => miniflare.dispose().then(() => process.exit(0)));
process.stdin.resume();
