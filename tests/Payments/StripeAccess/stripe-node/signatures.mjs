// node signatures.mjs sign SECRET TIMESTAMP < body: the header that the official SDK makes.
// node signatures.mjs verify SECRET HEADER < body: the event's id, if the official SDK takes the header.
import { readFileSync } from 'node:fs';
import Stripe from 'stripe';

const [what, secret, value] = process.argv.slice(2);
const body = readFileSync(0, 'utf8');
const { webhooks } = new Stripe('sk_test_local');
if (what === 'sign') {
  console.log(webhooks.generateTestHeaderString({ payload: body, secret, timestamp: Number(value) }));
} else {
  console.log(webhooks.constructEvent(body, value, secret).id);
}
