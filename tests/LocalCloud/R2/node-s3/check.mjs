// Drives the offline R2 with the official S3 client for Node. R2_URL: its base; BUCKET: a bucket that it has.
import assert from 'node:assert/strict';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand,
  GetBucketCorsCommand, GetBucketLifecycleConfigurationCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand,
  ListMultipartUploadsCommand, ListObjectsV2Command, ListPartsCommand, PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand, PutObjectCommand, S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

const Bucket = process.env.BUCKET;
const connect = (secretAccessKey) => new S3Client({
  endpoint: process.env.R2_URL, region: 'auto', forcePathStyle: true, maxAttempts: 1,
  credentials: { accessKeyId: 'r2_local', secretAccessKey },
  requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
});
const s3 = connect('r2_local_secret');
const send = (Command, input = {}) => s3.send(new Command({ Bucket, ...input }));

async function rejects(promise, name, status) {
  const error = await promise.then(() => assert.fail(`${name} was expected`), (rejection) => rejection);
  assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status]);
}

const bytes = (length, seed) => Buffer.from(Array.from({ length }, (_, at) => (at * seed) % 251));

// Objects
await send(HeadBucketCommand);
await rejects(s3.send(new HeadBucketCommand({ Bucket: 'no-such-bucket' })), 'NotFound', 404);
const Key = 'node/a b+c ü.mp4';
const body = bytes(3000, 7);
const { ETag } = await send(PutObjectCommand, { Key, Body: body, ContentType: 'video/mp4', IfNoneMatch: '*' });
await rejects(send(PutObjectCommand, { Key, Body: 'x', IfNoneMatch: '*' }), 'PreconditionFailed', 412);
const head = await send(HeadObjectCommand, { Key });
assert.deepEqual([head.ContentLength, head.ContentType, head.ETag], [3000, 'video/mp4', ETag]);
const range = await send(GetObjectCommand, { Key, Range: 'bytes=100-199', IfMatch: ETag });
assert.equal(range.ContentRange, 'bytes 100-199/3000');
assert.deepEqual(Buffer.from(await range.Body.transformToByteArray()), body.subarray(100, 200));
await rejects(send(GetObjectCommand, { Key, IfMatch: '"other"' }), 'PreconditionFailed', 412);
await rejects(send(GetObjectCommand, { Key: 'node/none' }), 'NoSuchKey', 404);
await rejects(connect('wrong').send(new GetObjectCommand({ Bucket, Key })), 'SignatureDoesNotMatch', 403);

// A list in pages
for (const name of ['1', '2', '3']) {
  await send(PutObjectCommand, { Key: `node/list/${name}`, Body: name });
}
const first = await send(ListObjectsV2Command, { Prefix: 'node/list/', MaxKeys: 2 });
assert.deepEqual([first.KeyCount, first.IsTruncated], [2, true]);
const rest = await send(ListObjectsV2Command, { Prefix: 'node/list/', ContinuationToken: first.NextContinuationToken });
assert.deepEqual([...first.Contents, ...rest.Contents].map((object) => object.Key), ['node/list/1', 'node/list/2', 'node/list/3']);

// Parts
const parted = { Key: 'node/parts.mp4' };
const { UploadId } = await send(CreateMultipartUploadCommand, { ...parted, ContentType: 'video/mp4' });
const size = 5 * 1024 * 1024;
const whole = Buffer.concat([bytes(size, 3), bytes(777, 5)]);
const parts = [];
for (const [PartNumber, Body] of [[2, whole.subarray(size)], [1, whole.subarray(0, size)]]) {
  parts.unshift({ PartNumber, ETag: (await send(UploadPartCommand, { ...parted, UploadId, PartNumber, Body })).ETag });
}
const listed = await send(ListPartsCommand, { ...parted, UploadId, MaxParts: 1 });
assert.deepEqual([listed.Parts[0].PartNumber, listed.Parts[0].Size, listed.IsTruncated], [1, size, true]);
assert.ok((await send(ListMultipartUploadsCommand)).Uploads.some((upload) => upload.UploadId === UploadId));
await rejects(send(CompleteMultipartUploadCommand, {
  ...parted, UploadId, MultipartUpload: { Parts: [parts[0], { PartNumber: 2, ETag: parts[0].ETag }] },
}), 'InvalidPart', 400);
const completed = await send(CompleteMultipartUploadCommand, { ...parted, UploadId, MultipartUpload: { Parts: parts } });
assert.match(completed.ETag, /-2"$/);
assert.deepEqual(Buffer.from(await (await send(GetObjectCommand, parted)).Body.transformToByteArray()), whole);
const aborted = await send(CreateMultipartUploadCommand, { Key: 'node/aborted' });
await send(AbortMultipartUploadCommand, { Key: 'node/aborted', UploadId: aborted.UploadId });
await rejects(send(ListPartsCommand, { Key: 'node/aborted', UploadId: aborted.UploadId }), 'NoSuchUpload', 404);

// Signed URLs
const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'node/signed', ContentType: 'video/webm', IfNoneMatch: '*' }), {
  expiresIn: 60, signableHeaders: new Set(['content-type', 'if-none-match', 'host']),
});
const headers = { 'content-type': 'video/webm', 'if-none-match': '*' };
assert.equal((await fetch(put, { method: 'PUT', body: 'signed', headers: { 'content-type': 'video/webm' } })).status, 403);
assert.equal((await fetch(put, { method: 'PUT', body: 'signed', headers })).status, 200);
assert.equal((await fetch(put, { method: 'PUT', body: 'signed', headers })).status, 412);
const get = await getSignedUrl(s3, new GetObjectCommand({
  Bucket, Key: 'node/signed', ResponseContentDisposition: 'attachment; filename="größe.webm"',
}), { expiresIn: 60 });
const got = await fetch(get);
assert.deepEqual([got.status, await got.text()], [200, 'signed']);
assert.match(got.headers.get('content-disposition'), /^attachment/);
assert.equal((await fetch(get.replace('node/signed', 'node/parts.mp4'))).status, 403);

// Rules of the bucket
const rule = { AllowedOrigins: ['https://app.example'], AllowedMethods: ['PUT'], AllowedHeaders: ['content-type'], MaxAgeSeconds: 60 };
await send(PutBucketCorsCommand, { CORSConfiguration: { CORSRules: [rule] } });
assert.deepEqual((await send(GetBucketCorsCommand)).CORSRules, [rule]);
const expiry = { ID: 'node', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 10 } };
await send(PutBucketLifecycleConfigurationCommand, { LifecycleConfiguration: { Rules: [expiry] } });
const [kept] = (await send(GetBucketLifecycleConfigurationCommand)).Rules;
assert.deepEqual([kept.ID, kept.Status, kept.Expiration.Days], ['node', 'Enabled', 10]);

await send(DeleteObjectCommand, { Key });
await rejects(send(HeadObjectCommand, { Key }), 'NotFound', 404);
await send(DeleteObjectCommand, { Key });
console.log('all checks passed');
