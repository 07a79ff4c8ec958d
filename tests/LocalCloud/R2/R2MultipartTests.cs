using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace ReelBallers.LocalCloud.Tests.R2;

public sealed class R2MultipartTests : IAsyncLifetime
{
    private const string Bucket = R2Server.Bucket;
    private const int PartBytes = 5 * 1024 * 1024;
    private readonly R2Server _r2 = new();

    public ValueTask InitializeAsync() => _r2.InitializeAsync();

    public ValueTask DisposeAsync() => _r2.DisposeAsync();

    [Fact]
    public async Task Parts_that_a_browser_put_in_any_order_become_one_object()
    {
        var body = R2Server.Bytes((2 * PartBytes) + 1000);
        var uploadId = await StartAsync("big");
        var etags = new Dictionary<int, string>();
        foreach (var number in new[] { 3, 1, 2 })
        {
            var url = _r2.Sign(HttpVerb.PUT, "big", more: request => (request.UploadId, request.PartNumber) = (uploadId, number));
            using var part = new ByteArrayContent(body[((number - 1) * PartBytes)..Math.Min(number * PartBytes, body.Length)]);
            using var response = await _r2.Http.PutAsync(url, part);
            etags[number] = response.Headers.ETag!.ToString();
        }

        var complete = await CompleteAsync("big", uploadId, [.. etags]);
        var binary = etags.OrderBy(pair => pair.Key).SelectMany(pair => Convert.FromHexString(pair.Value.Trim('"'))).ToArray();
        Assert.Equal($"\"{R2Server.Md5(binary)}-3\"", complete.ETag);
        Assert.Equal(body, await _r2.Http.GetByteArrayAsync(_r2.Sign(HttpVerb.GET, "big")));
        Assert.Equal("video/mp4", (await _r2.S3.GetObjectMetadataAsync(Bucket, "big")).Headers.ContentType);

        using var ranged = await _r2.S3.GetObjectAsync(new GetObjectRequest
        { BucketName = Bucket, Key = "big", ByteRange = new ByteRange(PartBytes - 10, (2 * PartBytes) + 9) });
        using var read = new MemoryStream();
        await ranged.ResponseStream.CopyToAsync(read);
        Assert.Equal(body[(PartBytes - 10)..((2 * PartBytes) + 10)], read.ToArray());

        var again = await R2ObjectTests.Refused(() => CompleteAsync("big", uploadId, [.. etags]));
        Assert.Equal((HttpStatusCode.NotFound, "NoSuchUpload"), (again.StatusCode, again.ErrorCode));
    }

    [Fact]
    public async Task A_reader_keeps_the_object_it_began_with()
    {
        const int firstBytes = 32 * 1024 * 1024;
        var uploadId = await StartAsync("replaced");
        await CompleteAsync("replaced", uploadId,
            [await PartAsync("replaced", uploadId, 1, firstBytes), await PartAsync("replaced", uploadId, 2, 10)]);
        using var response = await _r2.Http.GetAsync(_r2.Sign(HttpVerb.GET, "replaced"), HttpCompletionOption.ResponseHeadersRead);
        await _r2.PutAsync("replaced", R2Server.Text("second"));
        Assert.Equal(firstBytes + 10, (await response.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal("second", await _r2.TextAsync("replaced"));
    }

    [Theory]
    [InlineData(PartBytes - 1, 10, "EntityTooSmall")]
    [InlineData(PartBytes, PartBytes + 1, "InvalidPart")]
    public async Task Parts_must_be_large_enough_and_equal(int first, int second, string code)
    {
        var uploadId = await StartAsync("sizes");
        var parts = new[] { await PartAsync("sizes", uploadId, 1, first), await PartAsync("sizes", uploadId, 2, second) };
        Assert.Equal(code, (await R2ObjectTests.Refused(() => CompleteAsync("sizes", uploadId, parts))).ErrorCode);
        await R2ObjectTests.Refused(() => _r2.S3.GetObjectAsync(Bucket, "sizes"));
    }

    [Fact]
    public async Task A_part_can_be_sent_again_and_only_its_last_etag_counts()
    {
        var uploadId = await StartAsync("again");
        var stale = await PartAsync("again", uploadId, 1, 100);
        var fresh = await PartAsync("again", uploadId, 1, 200);
        Assert.Equal("InvalidPart", (await R2ObjectTests.Refused(() => CompleteAsync("again", uploadId, [stale]))).ErrorCode);
        await CompleteAsync("again", uploadId, [fresh]);
        Assert.Equal(200, (await _r2.S3.GetObjectMetadataAsync(Bucket, "again")).ContentLength);
    }

    [Fact]
    public async Task Parts_and_uploads_are_listed_until_the_upload_is_given_up()
    {
        var uploadId = await StartAsync("listed");
        await PartAsync("listed", uploadId, 1, 100);
        await PartAsync("listed", uploadId, 7, 50);
        var page = await _r2.S3.ListPartsAsync(
            new ListPartsRequest { BucketName = Bucket, Key = "listed", UploadId = uploadId, MaxParts = 1 });
        Assert.True(page.IsTruncated);
        var rest = await _r2.S3.ListPartsAsync(new ListPartsRequest
        { BucketName = Bucket, Key = "listed", UploadId = uploadId, PartNumberMarker = $"{page.NextPartNumberMarker}" });
        Assert.Equal([(1, 100L), (7, 50L)], page.Parts.Concat(rest.Parts).Select(part => (part.PartNumber!.Value, part.Size!.Value)));
        Assert.Equal(["listed"], (await _r2.S3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket }))
            .MultipartUploads.Select(upload => upload.Key));

        await _r2.S3.AbortMultipartUploadAsync(Bucket, "listed", uploadId);
        Assert.Equal("NoSuchUpload", (await R2ObjectTests.Refused(() => PartAsync("listed", uploadId, 2, 1))).ErrorCode);
        Assert.Empty(
            (await _r2.S3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket })).MultipartUploads ?? []);
    }

    [Fact]
    public async Task An_upload_belongs_to_its_key_and_a_part_number_has_its_bounds()
    {
        var uploadId = await StartAsync("own");
        Assert.Equal("NoSuchUpload", (await R2ObjectTests.Refused(() => PartAsync("other", uploadId, 1, 1))).ErrorCode);
        Assert.Equal("NoSuchUpload", (await R2ObjectTests.Refused(() => PartAsync("own", "../../etc", 1, 1))).ErrorCode);
        Assert.Equal("InvalidArgument", (await R2ObjectTests.Refused(() => PartAsync("own", uploadId, 10_001, 1))).ErrorCode);
        var part = await PartAsync("own", uploadId, 1, 1);
        Assert.Equal("InvalidPart",
            (await R2ObjectTests.Refused(() => CompleteAsync("own", uploadId, [part, new(2, part.Value)]))).ErrorCode);
    }

    private async Task<string> StartAsync(string key) => (await _r2.S3.InitiateMultipartUploadAsync(
        new InitiateMultipartUploadRequest { BucketName = Bucket, Key = key, ContentType = "video/mp4" })).UploadId;

    private async Task<KeyValuePair<int, string>> PartAsync(string key, string uploadId, int number, int bytes) => new(number,
        (await _r2.S3.UploadPartAsync(new UploadPartRequest
        {
            BucketName = Bucket,
            Key = key,
            UploadId = uploadId,
            PartNumber = number,
            InputStream = new MemoryStream(R2Server.Bytes(bytes)),
            UseChunkEncoding = false,
        })).ETag);

    private Task<CompleteMultipartUploadResponse> CompleteAsync(string key, string uploadId, KeyValuePair<int, string>[] parts) =>
        _r2.S3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
        {
            BucketName = Bucket,
            Key = key,
            UploadId = uploadId,
            PartETags = [.. parts.Select(part => new PartETag(part.Key, part.Value))],
        });
}
