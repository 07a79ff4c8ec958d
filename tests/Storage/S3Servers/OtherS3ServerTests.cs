using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Storage.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>The service on an S3 server that is neither R2 nor ours, by configuration alone.</summary>
public sealed class OtherS3ServerTests(StorageFixture storage) : IClassFixture<StorageFixture>, IClassFixture<NodeTools>
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task An_upload_becomes_the_source_of_a_job_and_its_output_a_download()
    {
        await using var server = await OtherS3Server.StartAsync();
        await using var app = await storage.StartAsync(r2Url: server.Url, settings: server.Settings);
        var source = SampleBytes.Mp4(3000);
        var upload = await StartAsync(app, source.Length);
        using (var put = await storage.Browser.PutSignedAsync(upload, source))
        {
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }
        var completed = await PostAsync(app, "/api/uploads/complete", new { key = upload.GetProperty("key").GetString() });
        Assert.Equal(source.Length, completed.GetProperty("size_bytes").GetInt64());

        var rpc = new V1.StorageService.StorageServiceClient(app.Invoker());
        var job = Guid.NewGuid();
        var work = await rpc.SignWorkAsync(new SignWorkRequest
        {
            UserId = $"{_user}",
            SourceKey = upload.GetProperty("key").GetString(),
            JobId = $"{job}",
            LifetimeSeconds = 3600,
            Run = 1,
        });
        Assert.Equal(source, await storage.Browser.GetByteArrayAsync(new Uri(work.SourceUrl)));
        var output = SampleBytes.Mp4(2000);
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(
            work.OutputUrl, StorageFixture.Content(output, "video/mp4"), onlyNew: true));

        var download = await rpc.SignDownloadAsync(
            new SignDownloadRequest { UserId = $"{_user}", OutputKey = work.OutputKey, Filename = "größe.mp4" });
        using var response = await storage.Browser.GetAsync(new Uri(download.Url));
        Assert.Equal(output, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("größe.mp4", response.Content.Headers.ContentDisposition!.FileNameStar);
        using var forged = await storage.Browser.GetAsync(
            new Uri(download.Url.Replace($"{job}", $"{Guid.NewGuid()}", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task An_upload_in_parts_is_completed_and_removed()
    {
        await using var server = await OtherS3Server.StartAsync();
        await using var app = await storage.StartAsync(r2Url: server.Url, settings: server.Settings);
        var body = SampleBytes.Mp4(StorageFixture.PartBytes + 777);
        var upload = await StartAsync(app, body.Length);
        var parts = new List<object>();
        foreach (var (index, url) in upload.GetProperty("part_urls").EnumerateArray().Index())
        {
            var number = index + 1;
            var from = (number - 1) * StorageFixture.PartBytes;
            using var content = new ByteArrayContent(body[from..Math.Min(from + StorageFixture.PartBytes, body.Length)]);
            using var put = await storage.Browser.PutAsync(new Uri(url.GetString()!), content);
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
            parts.Add(new { part_number = number, etag = put.Headers.ETag!.Tag });
        }
        var key = upload.GetProperty("key").GetString()!;
        var completed = await PostAsync(
            app, "/api/uploads/complete", new { key, upload_id = upload.GetProperty("upload_id").GetString(), parts });
        Assert.Equal(body.Length, completed.GetProperty("size_bytes").GetInt64());

        var r2 = app.Services.GetRequiredService<R2Client>();
        Assert.NotNull(await r2.HeadAsync(key, TestContext.Current.CancellationToken));
        using var deleted = await app.CreateClient(_user).DeleteAsync($"/api/files/{Uri.EscapeDataString(key)}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Null(await r2.HeadAsync(key, TestContext.Current.CancellationToken));
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task A_server_without_lifecycle_rules_gets_the_CORS_rule_and_the_log_says_what_is_missing()
    {
        await using var server = await OtherS3Server.StartAsync();
        using var logs = new CollectedLogs();
        await using var app = await storage.StartAsync(
            r2Url: server.Url, configure: logs.Register,
            settings: [.. server.Settings, ("R2:AllowedOrigins", "https://app.example")]);

        await Eventually.IsTrueAsync(() => Task.FromResult(logs.Lines.Any(line =>
            line.Contains("aws s3api put-bucket-lifecycle-configuration", StringComparison.Ordinal))), "the missing rule is logged");
        Assert.DoesNotContain(logs.Lines, line => line.Contains("put-bucket-cors", StringComparison.Ordinal));
    }

    private async Task<JsonElement> StartAsync(ServiceApp app, long sizeBytes) =>
        await PostAsync(app, "/api/uploads", new { filename = "clip.mp4", content_type = "video/mp4", size_bytes = sizeBytes });

    private async Task<JsonElement> PostAsync(ServiceApp app, string path, object body)
    {
        using var response = await app.CreateClient(_user).PostAsJsonAsync(path, body);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }
}
