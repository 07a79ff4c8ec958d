// Signs a URL as CloudFront's own signer does. Standard input: {url, keyPairId, privateKey, expires}.
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const { url, keyPairId, privateKey, expires } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
console.log(getSignedUrl({ url, keyPairId, privateKey, dateLessThan: new Date(expires * 1000).toISOString() }));
