// Verifies a webhook with the official library: {"secret": "whsec_…", "headers": {…}, "body": "…"} comes by standard input.
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const { secret, headers, body } = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(new Webhook(secret).verify(body, headers)));
