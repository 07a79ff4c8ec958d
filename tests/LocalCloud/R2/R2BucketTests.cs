using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using ReelBallers.LocalCloud.R2;
using ReelBallers.TestKit;
using R2Rule = ReelBallers.LocalCloud.R2.LifecycleRule;

namespace ReelBallers.LocalCloud.Tests.R2;

public sealed class R2BucketTests : IAsyncLifetime
{
    private const string Bucket = R2Server.Bucket;
    private readonly R2Server _r2 = new();

    public ValueTask InitializeAsync() => _r2.InitializeAsync();

    public ValueTask DisposeAsync() => _r2.DisposeAsync();

    [Fact]
    public async Task Keys_are_listed_in_the_order_of_their_bytes_page_by_page()
    {
        string[] keys = ["a", "a/1", "b ü&<", "z", "\uFF5E", "😀"];
        foreach (var key in keys.Reverse())
        {
            await _r2.PutAsync(key, [1]);
        }

        var listed = new List<string>();
        string? token = null;
        do
        {
            var page = await _r2.S3.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = Bucket, MaxKeys = 2, ContinuationToken = token });
            listed.AddRange(page.S3Objects.Select(item => item.Key));
            token = page.NextContinuationToken;
        }
        while (token is not null);
        Assert.Equal(keys, listed);
    }

    [Fact]
    public async Task Keys_below_a_delimiter_are_folded_and_counted_once_over_pages()
    {
        foreach (var key in new[] { "p/a/1", "p/a/2", "p/b/1", "p/c", "p/d/1", "q" })
        {
            await _r2.PutAsync(key, [1]);
        }

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await _r2.S3.ListObjectsV2Async(new ListObjectsV2Request
            { BucketName = Bucket, Prefix = "p/", Delimiter = "/", MaxKeys = 1, ContinuationToken = token });
            seen.AddRange((page.CommonPrefixes ?? []).Concat((page.S3Objects ?? []).Select(item => item.Key)));
            token = page.NextContinuationToken;
        }
        while (token is not null);
        Assert.Equal(["p/a/", "p/b/", "p/c", "p/d/"], seen);

        var after = await _r2.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, StartAfter = "p/b/1" });
        Assert.Equal(["p/c", "p/d/1", "q"], after.S3Objects.Select(item => item.Key));
    }

    [Fact]
    public async Task The_bucket_answers_for_itself()
    {
        await _r2.S3.HeadBucketAsync(new HeadBucketRequest { BucketName = Bucket });
        Assert.Equal([Bucket], (await _r2.S3.ListBucketsAsync()).Buckets.Select(bucket => bucket.BucketName));
        Assert.Equal("NotImplemented",
            (await R2ObjectTests.Refused(() => _r2.S3.GetBucketPolicyAsync(new GetBucketPolicyRequest { BucketName = Bucket }))).ErrorCode);
    }

    [Fact]
    public async Task A_page_of_this_machine_may_upload_and_another_may_not()
    {
        using var allowed = await PreflightAsync("http://localhost:8080", "PUT", "content-type");
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("http://localhost:8080", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("PUT", allowed.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
        using var elsewhere = await PreflightAsync("http://localhost.evil.example", "PUT", "content-type");
        using var method = await PreflightAsync("http://localhost:8080", "DELETE", "content-type");
        using var header = await PreflightAsync("http://localhost:8080", "PUT", "x-evil");
        Assert.All([elsewhere, method, header], refused => Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode));

        await _r2.PutAsync("read", [1]);
        using var request = new HttpRequestMessage(HttpMethod.Get, _r2.Sign(HttpVerb.GET, "read"));
        request.Headers.Add("Origin", "http://127.0.0.1:8080");
        using var read = await _r2.Http.SendAsync(request);
        Assert.Equal("http://127.0.0.1:8080", read.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("ETag", read.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cors_rules_are_put_read_and_deleted()
    {
        await _r2.S3.PutCORSConfigurationAsync(new PutCORSConfigurationRequest
        {
            BucketName = Bucket,
            Configuration = new CORSConfiguration
            {
                Rules =
                [
                    new CORSRule
                    {
                        AllowedOrigins = ["https://app.example"],
                        AllowedMethods = ["PUT"],
                        AllowedHeaders = ["Content-Type"],
                        MaxAgeSeconds = 60,
                    },
                ],
            },
        });
        using var now = await PreflightAsync("https://app.example", "PUT", "content-type");
        using var before = await PreflightAsync("http://localhost:8080", "PUT", "content-type");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Forbidden), (now.StatusCode, before.StatusCode));
        Assert.Equal(["https://app.example"], (await _r2.S3.GetCORSConfigurationAsync(Bucket)).Configuration.Rules.Single().AllowedOrigins);
        Assert.Equal("MalformedXML", (await R2ObjectTests.Refused(() => _r2.S3.PutCORSConfigurationAsync(new PutCORSConfigurationRequest
        {
            BucketName = Bucket,
            Configuration = new CORSConfiguration
            {
                Rules = [new CORSRule { AllowedOrigins = ["https://app.example/"], AllowedMethods = ["PUT"] }],
            },
        }))).ErrorCode);
        await _r2.S3.DeleteCORSConfigurationAsync(Bucket);
        using var after = await PreflightAsync("https://app.example", "PUT", "content-type");
        Assert.Equal(HttpStatusCode.Forbidden, after.StatusCode);
    }

    [Fact]
    public async Task The_lifecycle_ends_objects_and_gives_up_uploads()
    {
        await _r2.S3.PutLifecycleConfigurationAsync(new PutLifecycleConfigurationRequest
        {
            BucketName = Bucket,
            Configuration = new LifecycleConfiguration
            {
                Rules =
                [
                    new Amazon.S3.Model.LifecycleRule
                    {
                        Id = "tmp", Status = LifecycleRuleStatus.Enabled, Expiration = new LifecycleRuleExpiration { Days = 2 },
                        Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "tmp/" } },
                        AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = 1 },
                    },
                ],
            },
        });
        Assert.Equal(2, (await _r2.S3.GetLifecycleConfigurationAsync(Bucket)).Configuration.Rules.Single().Expiration.Days);
        await _r2.PutAsync("tmp/x", [1]);
        await _r2.PutAsync("kept", [1]);
        var expiring = await _r2.S3.GetObjectMetadataAsync(Bucket, "tmp/x");
        Assert.Equal("tmp", expiring.Expiration!.RuleId);
        await _r2.S3.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = Bucket, Key = "tmp/y" });

        var (ended, kept) = (_r2.Sign(HttpVerb.GET, "tmp/x", TimeSpan.FromDays(6)), _r2.Sign(HttpVerb.GET, "kept", TimeSpan.FromDays(6)));
        _r2.Clock.Advance(TimeSpan.FromDays(2));
        using var gone = await _r2.Http.GetAsync(ended);
        using var there = await _r2.Http.GetAsync(kept);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (gone.StatusCode, there.StatusCode));
    }

    [Fact]
    public async Task Objects_uploads_and_rules_survive_a_restart_and_what_belongs_to_nothing_goes()
    {
        var directory = Directory.CreateTempSubdirectory("reelballers-r2-").FullName;
        var options = TestClouds.OnFreePorts(directory);
        try
        {
            string uploadId;
            await using (var host = await LocalCloudHost.StartAsync(options, CancellationToken.None))
            {
                using var s3 = R2Server.CreateClient(host.R2Url);
                await s3.PutObjectAsync(new PutObjectRequest
                {
                    BucketName = Bucket,
                    Key = "kept/ü",
                    ContentBody = "x",
                    UseChunkEncoding = false,
                    ContentType = "video/webm",
                });
                uploadId = (await s3.InitiateMultipartUploadAsync(Bucket, "parts")).UploadId;
                await s3.UploadPartAsync(new UploadPartRequest
                {
                    BucketName = Bucket,
                    Key = "parts",
                    UploadId = uploadId,
                    PartNumber = 1,
                    InputStream = new MemoryStream([1, 2]),
                    UseChunkEncoding = false,
                });
                await s3.DeleteCORSConfigurationAsync(Bucket);
            }

            var blobs = Path.Combine(directory, "r2", Bucket, "blobs");
            await File.WriteAllTextAsync(Path.Combine(blobs, "left-by-a-crash"), "x");
            await using (var host = await LocalCloudHost.StartAsync(options, CancellationToken.None))
            {
                using var s3 = R2Server.CreateClient(host.R2Url);
                Assert.Equal("video/webm", (await s3.GetObjectMetadataAsync(Bucket, "kept/ü")).Headers.ContentType);
                var part = (await s3.ListPartsAsync(Bucket, "parts", uploadId)).Parts.Single();
                await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
                { BucketName = Bucket, Key = "parts", UploadId = uploadId, PartETags = [new PartETag(1, part.ETag)] });
                Assert.Equal(2, (await s3.GetObjectMetadataAsync(Bucket, "parts")).ContentLength);
                Assert.Equal("NoSuchCORSConfiguration",
                    (await R2ObjectTests.Refused(() => s3.GetCORSConfigurationAsync(Bucket))).ErrorCode);
                Assert.Equal(2, Directory.GetFiles(blobs).Length);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task The_sweeper_removes_what_has_ended_from_disk()
    {
        var directory = Directory.CreateTempSubdirectory("reelballers-r2-").FullName;
        try
        {
            var bucket = new Bucket(Bucket, directory, _r2.Clock);
            bucket.Settings.Set(new Lifecycle([new R2Rule("r", true, "", 1, null, 1)]));
            var headers = new ObjectHeaders(new Dictionary<string, string>(), new Dictionary<string, string>());
            var (_, blob) =
                await bucket.Objects.Blobs.ReceiveAsync(new MemoryStream([1]), SigV4.UnsignedPayload, null, CancellationToken.None);
            bucket.Objects.Put(new StoredObject("k", 1, blob!.ETag, _r2.Clock.GetUtcNow(), headers, [blob.Segment]), _ => null);
            bucket.Uploads.Create("u", headers);
            using var sweeper =
                new LifecycleSweeper(bucket, _r2.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<LifecycleSweeper>.Instance);
            await sweeper.StartAsync(CancellationToken.None);
            _r2.Clock.Advance(TimeSpan.FromDays(1));
            await Eventually.IsTrueAsync(() =>
            {
                _r2.Clock.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
                    .All(path => path.EndsWith("lifecycle.json", StringComparison.Ordinal)));
            }, "nothing but the rules is left");
            await sweeper.StopAsync(CancellationToken.None);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private Task<HttpResponseMessage> PreflightAsync(string origin, string method, string headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, _r2.Sign(HttpVerb.PUT, "any"));
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return _r2.Http.SendAsync(request);
    }
}
