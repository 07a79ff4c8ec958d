// An S3 server that is not ours, on a free port that it prints; ends with its standard input. Arguments: directory, bucket.
import S3rver from '@20minutes/s3rver';
import v4 from '@20minutes/s3rver/lib/signature/v4.js';

// It builds the canonical request without the slash that ends the path of a bucket, and leaves !'()* unescaped in the query; SigV4
// requires both.
const { getStringToSign } = v4;
v4.getStringToSign = (request, signature) => getStringToSign({
  ...request,
  uri: request.uri.replace(/^\/[^/]+$/, '$&/'),
  querystring: request.querystring.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`),
}, signature);

const [directory, name] = process.argv.slice(2);
const server = new S3rver({
  address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name, configs: [] }], vhostBuckets: false,
});
console.log((await server.run()).port);
process.stdin.on('end', () => process.exit(0)).resume();
