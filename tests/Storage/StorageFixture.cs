using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>The service with its own database and LocalCloud's R2, and a browser that uses signed URLs.</summary>
public sealed class StorageFixture : IAsyncLifetime, IDisposable
{
    public const string Bucket = "reelballers-videos";
    public const int PartBytes = 5 * 1024 * 1024;
    public const int SinglePartLimit = 1024 * 1024;
    public const int MaxBytes = 64 * 1024 * 1024;

    private ServiceApp? _app;
    private TestClouds? _clouds;
    private TestDatabase? _database;

    public HttpClient Browser { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public AmazonS3Client S3 { get; private set; } = null!;

    public TestDatabase Database => _database!;

    public ServiceApp App => _app!;

    public Uri R2Url => _clouds!.Host.R2Url;

    public Uri FaultsUrl => new(_clouds!.Host.ControlUrl, "/faults");

    /// <summary>For a Storage on this database and R2.</summary>
    public Dictionary<string, string?> Settings => _clouds!.StorageSettings(Database);

    public async ValueTask InitializeAsync()
    {
        _clouds = await TestClouds.StartAsync();
        _database = await TestDatabase.CreateAsync();
        S3 = new AmazonS3Client(new BasicAWSCredentials("r2_local", "r2_local_secret"), new AmazonS3Config
        {
            ServiceURL = _clouds.Host.R2Url.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = "auto",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        });
        _app = await StartAsync();
    }

    /// <summary>Another replica, with the same database and R2.</summary>
    public Task<ServiceApp> StartAsync(
        string secret = "r2_local_secret", Uri? r2Url = null, TimeProvider? clock = null,
        Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(Settings)
        {
            ["R2:ServiceUrl"] = (r2Url ?? R2Url).ToString(),
            ["R2:SecretAccessKey"] = secret,
            ["Storage:MaxUploadBytes"] = $"{MaxBytes}",
            ["Storage:SinglePartLimitBytes"] = $"{SinglePartLimit}",
            ["Storage:PartSizeBytes"] = $"{PartBytes}",
            // Other tests use the machine too.
            ["Probe:TimeoutSeconds"] = "50",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return ServiceApp.StartAsync("Storage", all, services =>
        {
            services.AddSingleton(clock ?? TimeProvider.System);
            configure?.Invoke(services);
        });
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _app!.DisposeAsync();
        await _clouds!.DisposeAsync();
        await _database!.DisposeAsync();
    }

    public void Dispose()
    {
        S3.Dispose();
        Browser.Dispose();
    }

    public V1.StorageService.StorageServiceClient Rpc(bool withCredential = true) => new(App.Invoker(withCredential));

    public HttpClient Client(Guid? userId) => App.CreateClient(userId);

    /// <summary>Declares an upload and returns the response.</summary>
    public async Task<JsonElement> StartAsync(Guid userId, long sizeBytes, string contentType = "video/mp4", string filename = "clip.mp4")
    {
        var (status, body) = await PostAsync(userId, "/api/uploads", new { filename, content_type = contentType, size_bytes = sizeBytes });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(Guid? userId, string path, object body)
    {
        using var response = await Client(userId).PostAsJsonAsync(path, body);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> CompleteAsync(Guid userId, string key) =>
        PostAsync(userId, "/api/uploads/complete", new { key });

    /// <summary>Puts bytes to the URL of a response, with its headers.</summary>
    public async Task<HttpStatusCode> PutAsync(JsonElement upload, byte[] body)
    {
        using var response = await Browser.PutSignedAsync(upload, body);
        return response.StatusCode;
    }

    public async Task<HttpStatusCode> PutAsync(string url, HttpContent content, bool onlyNew = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = content };
        if (onlyNew)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }

        using var response = await Browser.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Makes a completed upload and returns its key.</summary>
    public async Task<string> UploadAsync(Guid userId, byte[] body)
    {
        var upload = await StartAsync(userId, body.Length);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(upload, body));
        var (status, answer) = await CompleteAsync(userId, upload.GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.OK, status);
        return answer.GetProperty("key").GetString()!;
    }

    /// <summary>Puts an object directly, without a signed URL.</summary>
    public Task PutDirectlyAsync(string key, byte[] body, string contentType) => S3.PutObjectAsync(new PutObjectRequest
    {
        BucketName = Bucket,
        Key = key,
        ContentType = contentType,
        InputStream = new MemoryStream(body),
        UseChunkEncoding = false,
    });

    public async Task<bool> ExistsAsync(string key) =>
        (await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = key })).KeyCount > 0;

    public async Task<int> PendingMultipartsAsync() =>
        (await S3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket })).MultipartUploads?.Count ?? 0;

    /// <summary>Adds a fault by the control port; removes it when disposed.</summary>
    public async Task<IAsyncDisposable> FaultAsync(string match, string kind, int times = 1000, int? status = null, int? delayMs = null)
    {
        var fault = new Dictionary<string, object> { ["cloud"] = "r2", ["match"] = match, ["kind"] = kind };
        (int? Value, string Name)[] more = [(times, "times"), (status, "status"), (delayMs, "delay_ms")];
        foreach (var (value, name) in more.Where(item => item.Value is not null))
        {
            fault[name] = value!.Value;
        }

        using var response = await Browser.PostAsJsonAsync(FaultsUrl, fault);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return new Faults(Browser, FaultsUrl);
    }

    public static byte[] Bytes(int length) => SampleBytes.Mp4(length);

    public static ByteArrayContent Content(byte[] body, string contentType) =>
        new(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };

    private sealed class Faults(HttpClient http, Uri url) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => (await http.DeleteAsync(url)).Dispose();
    }
}
