using System.Net;
using System.Net.Http.Headers;
using Amazon.S3;
using Amazon.S3.Model;

namespace ReelBallers.LocalCloud.Tests.R2;

/// <summary>Who gets in, over real HTTP.</summary>
public sealed class R2SignedRequestTests : IAsyncLifetime
{
    private const string Bucket = R2Server.Bucket;
    private readonly R2Server _r2 = new();

    public ValueTask InitializeAsync() => _r2.InitializeAsync();

    public ValueTask DisposeAsync() => _r2.DisposeAsync();

    [Fact]
    public async Task A_browser_uploads_and_downloads_by_signed_urls()
    {
        var put = _r2.Sign(HttpVerb.PUT, "u/input/1.mp4", more: request => request.ContentType = "video/mp4");
        Assert.Equal(HttpStatusCode.OK, await PutAsync(put, "video", "video/mp4"));
        Assert.Equal("video", await _r2.Http.GetStringAsync(_r2.Sign(HttpVerb.GET, "u/input/1.mp4")));
        using var head = await _r2.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, _r2.Sign(HttpVerb.HEAD, "u/input/1.mp4")));
        Assert.Equal((HttpStatusCode.OK, 5L), (head.StatusCode, head.Content.Headers.ContentLength));
        using var delete = await _r2.Http.DeleteAsync(_r2.Sign(HttpVerb.DELETE, "u/input/1.mp4"));
        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
    }

    [Fact]
    public async Task A_signed_url_serves_its_own_method_key_type_and_length_only()
    {
        var put = _r2.Sign(HttpVerb.PUT, "mine", more: request =>
        {
            request.ContentType = "video/mp4";
            request.Headers["Content-Length"] = "5";
        });
        Assert.Contains("content-length", put.Query, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(put, "video", "text/html"));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(put, "longer video", "video/mp4"));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(Edit(put, "/mine", "/yours"), "video", "video/mp4"));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(Edit(put, "?", "?uploadId=1&"), "video", "video/mp4"));
        using var get = await _r2.Http.GetAsync(put);
        Assert.Equal(HttpStatusCode.Forbidden, get.StatusCode);
        Assert.Contains("<Code>SignatureDoesNotMatch</Code>", await get.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, (await _r2.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket })).KeyCount);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(put, "video", "video/mp4"));
    }

    [Fact]
    public async Task A_signed_url_ends()
    {
        var put = _r2.Sign(HttpVerb.PUT, "late", TimeSpan.FromMinutes(10));
        _r2.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(put, "x", null));
        _r2.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(put, "y", null));
        using var response = await _r2.Http.PutAsync(put, null);
        Assert.Contains("<Code>ExpiredRequest</Code>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_upload_cannot_be_turned_into_a_copy()
    {
        await _r2.PutAsync("secret", R2Server.Text("secret"));
        using var request = new HttpRequestMessage(HttpMethod.Put, _r2.Sign(HttpVerb.PUT, "mine"));
        request.Headers.Add("x-amz-copy-source", $"/{Bucket}/secret");
        using var response = await _r2.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Only_the_right_key_secret_and_region_get_in()
    {
        async Task<(HttpStatusCode, string)> Try(AmazonS3Client client)
        {
            using (client)
            {
                var refused =
                    await R2ObjectTests.Refused(() => client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }));
                return (refused.StatusCode, refused.ErrorCode);
            }
        }

        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), await Try(R2Server.CreateClient(_r2.Url, accessKeyId: "other")));
        Assert.Equal((HttpStatusCode.Forbidden, "SignatureDoesNotMatch"), await Try(R2Server.CreateClient(_r2.Url, secret: "other")));
        Assert.Equal((HttpStatusCode.BadRequest, "AuthorizationHeaderMalformed"),
            await Try(R2Server.CreateClient(_r2.Url, region: "eu-west-1")));
        using var anonymous = await _r2.Http.GetAsync(new Uri(_r2.Url, $"/{Bucket}?list-type=2"));
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Contains("<Code>Unauthorized</Code>", await anonymous.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var other = R2Server.CreateClient(_r2.Url, region: "us-east-1");
        await other.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket });
    }

    [Fact]
    public async Task A_clock_that_is_off_by_more_than_a_quarter_of_an_hour_is_refused()
    {
        _r2.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal("RequestTimeTooSkewed", (await R2ObjectTests.Refused(() => _r2.PutAsync("x", [1]))).ErrorCode);
    }

    [Fact]
    public async Task The_sdks_own_default_of_signing_in_chunks_is_refused_as_R2_refuses_it()
    {
        var refused = await R2ObjectTests.Refused(() => _r2.S3.PutObjectAsync(
            new PutObjectRequest { BucketName = Bucket, Key = "chunks", ContentBody = "x" }));
        Assert.Equal((HttpStatusCode.NotImplemented, "NotImplemented"), (refused.StatusCode, refused.ErrorCode));
        Assert.Contains("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_must_be_the_one_whose_hash_was_signed()
    {
        using var seen = new HttpClient(new BodySwap());
        using var client = new AmazonS3Client(new Amazon.Runtime.BasicAWSCredentials("r2_local", "r2_local_secret"), new AmazonS3Config
        {
            ServiceURL = _r2.Url.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = "auto",
            MaxErrorRetry = 0,
            RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_REQUIRED,
            HttpClientFactory = new Factory(seen),
        });
        var refused = await R2ObjectTests.Refused(() => client.PutObjectAsync(
            new PutObjectRequest { BucketName = Bucket, Key = "swapped", ContentBody = "honest", UseChunkEncoding = false }));
        Assert.Equal("XAmzContentSHA256Mismatch", refused.ErrorCode);
        await R2ObjectTests.Refused(() => _r2.S3.GetObjectAsync(Bucket, "swapped"));
    }

    private async Task<HttpStatusCode> PutAsync(Uri url, string body, string? contentType)
    {
        using var content = new ByteArrayContent(R2Server.Text(body));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        using var response = await _r2.Http.PutAsync(url, content);
        return response.StatusCode;
    }

    private static Uri Edit(Uri url, string part, string replacement) =>
        new(url.ToString().Replace(part, replacement, StringComparison.Ordinal));

    private sealed class BodySwap() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(R2Server.Text("forged"));
            foreach (var header in request.Content!.Headers)
            {
                content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            request.Content = content;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Factory(HttpClient client) : Amazon.Runtime.HttpClientFactory
    {
        public override HttpClient CreateHttpClient(Amazon.Runtime.IClientConfig clientConfig) => client;

        public override bool UseSDKHttpClientCaching(Amazon.Runtime.IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(Amazon.Runtime.IClientConfig clientConfig) => false;
    }
}
