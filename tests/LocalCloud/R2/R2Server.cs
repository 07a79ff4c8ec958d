using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ReelBallers.LocalCloud.R2;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests.R2;

/// <summary>R2 on a free port, with a clock that the test moves, spoken to by the AWS SDK and by a plain HTTP client.</summary>
public sealed class R2Server : IAsyncLifetime, IDisposable
{
    public const string Bucket = "reelballers-videos";

    private TestClouds? _clouds;

    public ManualClock Clock { get; } = new();

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public Uri Url => _clouds!.Host.R2Url;

    public AmazonS3Client S3 { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _clouds = await TestClouds.StartAsync(configure: options => options with { Time = Clock });
        S3 = CreateClient(Url);
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _clouds!.DisposeAsync();
    }

    public void Dispose()
    {
        S3.Dispose();
        Http.Dispose();
    }

    public static AmazonS3Client CreateClient(
        Uri url, string accessKeyId = R2Cloud.AccessKeyId, string secret = R2Cloud.SecretAccessKey, string region = "auto") => new(
        new BasicAWSCredentials(accessKeyId, secret),
        new AmazonS3Config
        {
            ServiceURL = url.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = region,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 0,
        });

    public Task<PutObjectResponse> PutAsync(string key, byte[] body, string contentType = "video/mp4") =>
        S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket,
            Key = key,
            ContentType = contentType,
            InputStream = new MemoryStream(body),
            UseChunkEncoding = false,
        });

    public async Task<string> TextAsync(string key)
    {
        using var response = await S3.GetObjectAsync(Bucket, key);
        using var reader = new StreamReader(response.ResponseStream);
        return await reader.ReadToEndAsync();
    }

    public Uri Sign(HttpVerb verb, string key, TimeSpan? lifetime = null, Action<GetPreSignedUrlRequest>? more = null)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = Bucket,
            Key = key,
            Verb = verb,
            Expires = (TimeProvider.System.GetUtcNow() + (lifetime ?? TimeSpan.FromMinutes(10))).UtcDateTime,
            Protocol = Protocol.HTTP,
        };
        more?.Invoke(request);
        return new Uri(S3.GetPreSignedURL(request));
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static string Md5(byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(bytes);
        return SigV4.Hex(hash.GetHashAndReset());
    }

    /// <summary>Bytes that differ from place to place.</summary>
    public static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
