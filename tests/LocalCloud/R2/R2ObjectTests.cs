using System.Net;
using System.Net.Http.Headers;
using Amazon.S3;
using Amazon.S3.Model;

namespace ReelBallers.LocalCloud.Tests.R2;

public class R2ObjectTests(R2Server r2) : IClassFixture<R2Server>
{
    private const string Bucket = R2Server.Bucket;

    [Fact]
    public async Task What_is_put_comes_back_with_its_headers()
    {
        var body = R2Server.Bytes(300_000);
        var put = await r2.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket,
            Key = "u/Übung 1+2&3=ü/ä b.mp4",
            InputStream = new MemoryStream(body),
            ContentType = "video/mp4",
            UseChunkEncoding = false,
            Headers = { CacheControl = "private", ContentDisposition = "inline" },
            Metadata = { ["owner"] = "me" },
        });
        using var got = await r2.S3.GetObjectAsync(Bucket, "u/Übung 1+2&3=ü/ä b.mp4");
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read);

        Assert.Equal(body, read.ToArray());
        Assert.Equal($"\"{R2Server.Md5(body)}\"", put.ETag);
        Assert.Equal(put.ETag, got.ETag);
        Assert.Equal("video/mp4", got.Headers.ContentType);
        Assert.Equal("private", got.Headers.CacheControl);
        Assert.Equal("inline", got.Headers.ContentDisposition);
        Assert.Equal("me", got.Metadata["owner"]);
        var head = await r2.S3.GetObjectMetadataAsync(Bucket, "u/Übung 1+2&3=ü/ä b.mp4");
        Assert.Equal(body.Length, head.ContentLength);
        Assert.Equal(put.ETag, head.ETag);
    }

    [Theory]
    [InlineData("../../../escape")]
    [InlineData("a/../b")]
    [InlineData("a//b/")]
    [InlineData("..")]
    [InlineData("a%2Fb")]
    public async Task A_key_is_a_name_and_never_a_path(string key)
    {
        await r2.PutAsync(key, R2Server.Text(key));
        Assert.Equal(key, await r2.TextAsync(key));
    }

    [Fact]
    public async Task An_unknown_key_an_unknown_bucket_and_a_long_key_are_refused_by_name()
    {
        Assert.Equal("NoSuchKey", (await Refused(() => r2.S3.GetObjectAsync(Bucket, "nothing"))).ErrorCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Refused(() => r2.S3.GetObjectMetadataAsync(Bucket, "nothing"))).StatusCode);
        Assert.Equal("NoSuchBucket", (await Refused(() => r2.S3.GetObjectAsync("another-bucket", "x"))).ErrorCode);
        Assert.Equal("InvalidObjectName", (await Refused(() => r2.PutAsync(new string('k', 1025), [1]))).ErrorCode);
    }

    [Theory]
    [InlineData("bytes=0-4", "01234", "bytes 0-4/10")]
    [InlineData("bytes=7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    [InlineData("bytes=-30", "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=8-100", "89", "bytes 8-9/10")]
    public async Task A_range_gives_206_and_its_bytes(string range, string expected, string contentRange)
    {
        await r2.PutAsync("ranged", R2Server.Text("0123456789"));
        using var request = new HttpRequestMessage(HttpMethod.Get, r2.Sign(HttpVerb.GET, "ranged"));
        request.Headers.Range = RangeHeaderValue.Parse(range);
        using var response = await r2.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
        Assert.Equal(contentRange, response.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData("bytes=10-", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("bytes=-0", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("bytes=5-2", HttpStatusCode.OK)]
    [InlineData("bytes=0-1,3-4", HttpStatusCode.OK)]
    [InlineData("lines=1-2", HttpStatusCode.OK)]
    public async Task A_range_outside_is_416_and_a_malformed_one_is_ignored(string range, HttpStatusCode status)
    {
        await r2.PutAsync("ranged", R2Server.Text("0123456789"));
        using var request = new HttpRequestMessage(HttpMethod.Get, r2.Sign(HttpVerb.GET, "ranged"));
        request.Headers.TryAddWithoutValidation("Range", range);
        using var response = await r2.Http.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
        if (status != HttpStatusCode.OK)
        {
            Assert.Equal("bytes */10", response.Content.Headers.ContentRange!.ToString());
            Assert.Contains("<Code>InvalidRange</Code>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Conditions_on_a_read_are_kept()
    {
        var etag = (await r2.PutAsync("conditional", [1, 2, 3])).ETag;
        async Task<HttpStatusCode> Get(string header, string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, r2.Sign(HttpVerb.GET, "conditional"));
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await r2.Http.SendAsync(request);
            return response.StatusCode;
        }

        var (past, future) = (r2.Clock.GetUtcNow().AddHours(-1).ToString("r"), r2.Clock.GetUtcNow().AddHours(1).ToString("r"));
        Assert.Equal(HttpStatusCode.NotModified, await Get("If-None-Match", etag));
        Assert.Equal(HttpStatusCode.OK, await Get("If-None-Match", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, await Get("If-Match", etag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await Get("If-Match", "\"other\""));
        Assert.Equal(HttpStatusCode.NotModified, await Get("If-Modified-Since", future));
        Assert.Equal(HttpStatusCode.OK, await Get("If-Modified-Since", past));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await Get("If-Unmodified-Since", past));
        Assert.Equal(HttpStatusCode.OK, await Get("If-Unmodified-Since", future));
    }

    [Fact]
    public async Task A_put_can_be_create_only_or_replace_only()
    {
        Task<PutObjectResponse> Put(string key, string? ifNoneMatch, string? ifMatch) => r2.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket,
            Key = key,
            ContentBody = "x",
            UseChunkEncoding = false,
            IfNoneMatch = ifNoneMatch,
            IfMatch = ifMatch,
        });

        var etag = (await Put("once", "*", null)).ETag;
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Refused(() => Put("once", "*", null))).StatusCode);
        await Put("once", null, etag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Refused(() => Put("once", null, "\"other\""))).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Refused(() => Put("never", null, etag))).StatusCode);
    }

    [Fact]
    public async Task Of_many_create_only_puts_at_once_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await r2.S3.PutObjectAsync(new PutObjectRequest
                { BucketName = Bucket, Key = "race", ContentBody = "x", UseChunkEncoding = false, IfNoneMatch = "*" });
                return true;
            }
            catch (AmazonS3Exception)
            {
                return false;
            }
        }));
        Assert.Equal(1, outcomes.Count(won => won));
    }

    [Fact]
    public async Task A_delete_is_204_whether_the_key_was_there_or_not()
    {
        await r2.PutAsync("gone", [1]);
        Assert.Equal(HttpStatusCode.NoContent, (await r2.S3.DeleteObjectAsync(Bucket, "gone")).HttpStatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await r2.S3.DeleteObjectAsync(Bucket, "gone")).HttpStatusCode);
        await Refused(() => r2.S3.GetObjectAsync(Bucket, "gone"));
    }

    [Fact]
    public async Task Many_keys_are_deleted_at_once()
    {
        await r2.PutAsync("many/1", [1]);
        await r2.PutAsync("many/<&2>", [1]);
        var response = await r2.S3.DeleteObjectsAsync(new DeleteObjectsRequest
        { BucketName = Bucket, Objects = [new() { Key = "many/1" }, new() { Key = "many/<&2>" }, new() { Key = "many/never" }] });
        Assert.Equal(["many/1", "many/<&2>", "many/never"], response.DeletedObjects.Select(deleted => deleted.Key));
        Assert.Equal(0, (await r2.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = "many/" })).KeyCount);
    }

    [Fact]
    public async Task A_copy_keeps_or_replaces_the_headers()
    {
        await r2.PutAsync("copy/from ä", R2Server.Text("content"));
        await r2.S3.CopyObjectAsync(Bucket, "copy/from ä", Bucket, "copy/to");
        await r2.S3.CopyObjectAsync(new CopyObjectRequest
        {
            SourceBucket = Bucket,
            SourceKey = "copy/from ä",
            DestinationBucket = Bucket,
            DestinationKey = "copy/replaced",
            MetadataDirective = S3MetadataDirective.REPLACE,
            ContentType = "text/plain",
        });
        await r2.S3.DeleteObjectAsync(Bucket, "copy/from ä");
        Assert.Equal("content", await r2.TextAsync("copy/to"));
        Assert.Equal("video/mp4", (await r2.S3.GetObjectMetadataAsync(Bucket, "copy/to")).Headers.ContentType);
        Assert.Equal("text/plain", (await r2.S3.GetObjectMetadataAsync(Bucket, "copy/replaced")).Headers.ContentType);
        Assert.Equal("NoSuchKey", (await Refused(() => r2.S3.CopyObjectAsync(Bucket, "copy/none", Bucket, "copy/to"))).ErrorCode);
    }

    [Fact]
    public async Task A_signed_download_can_name_its_file()
    {
        await r2.PutAsync("download", R2Server.Text("x"));
        var url = r2.Sign(HttpVerb.GET, "download", more: request =>
        {
            request.ResponseHeaderOverrides.ContentDisposition = "attachment; filename=\"my clip.mp4\"";
            request.ResponseHeaderOverrides.ContentType = "application/x-clip";
        });
        using var response = await r2.Http.GetAsync(url);
        Assert.Equal("attachment; filename=\"my clip.mp4\"", response.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal("application/x-clip", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task A_body_that_is_cut_off_leaves_the_object_as_it_was()
    {
        await r2.PutAsync("cut", R2Server.Text("whole"));
        var url = r2.Sign(HttpVerb.PUT, "cut");
        using (var socket = new System.Net.Sockets.TcpClient(url.Host, url.Port))
        {
            var head = $"PUT {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 1000\r\n\r\nhalf";
            await socket.GetStream().WriteAsync(R2Server.Text(head));
        }

        Assert.Equal("whole", await r2.TextAsync("cut"));
    }

    [Fact]
    public async Task A_body_without_a_length_or_with_the_wrong_digest_is_refused()
    {
        using var chunked = new HttpRequestMessage(HttpMethod.Put, r2.Sign(HttpVerb.PUT, "digest")) { Content = new StringContent("x") };
        chunked.Headers.TransferEncodingChunked = true;
        using var lengthless = await r2.Http.SendAsync(chunked);
        Assert.Equal(HttpStatusCode.LengthRequired, lengthless.StatusCode);

        using var wrong = new ByteArrayContent([1, 2, 3]) { Headers = { ContentMD5 = new byte[16] } };
        using var mismatch = await r2.Http.PutAsync(r2.Sign(HttpVerb.PUT, "digest"), wrong);
        Assert.Contains("<Code>BadDigest</Code>", await mismatch.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Refused(() => r2.S3.GetObjectAsync(Bucket, "digest"));
    }

    [Fact]
    public async Task What_R2_lacks_is_named_as_not_implemented()
    {
        Assert.Equal("NotImplemented",
            (await Refused(() => r2.S3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "x" }))).ErrorCode);
        Assert.Equal("NotImplemented", (await Refused(() => r2.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket,
            Key = "x",
            ContentBody = "x",
            UseChunkEncoding = false,
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AES256,
        }))).ErrorCode);
    }

    internal static Task<AmazonS3Exception> Refused<T>(Func<Task<T>> call) => Assert.ThrowsAnyAsync<AmazonS3Exception>(call);
}
