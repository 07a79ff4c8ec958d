using System.Net;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

public class JobFileTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _job = Guid.NewGuid();

    [Fact]
    public async Task A_worker_reads_the_source_writes_the_output_and_the_user_downloads_it()
    {
        var body = StorageFixture.Bytes(3000);
        var source = await storage.UploadAsync(_user, body);
        var known = await storage.Rpc().GetUploadAsync(new GetUploadRequest { UserId = $"{_user}", Key = source });
        Assert.Equal((source, "video/mp4", 3000L), (known.Key, known.ContentType, known.SizeBytes));

        var work = await storage.Rpc().SignWorkAsync(Work(source));
        Assert.Equal((StorageFixture.Bucket, $"{_user}/output/{_job}/1.mp4"), (work.OutputBucket, work.OutputKey));
        Assert.Equal(body, await storage.Browser.GetByteArrayAsync(new Uri(work.SourceUrl)));
        Assert.False((await ReadAsync()).Found);

        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(
            work.OutputUrl, StorageFixture.Content(SampleBytes.Mp4(2500), "video/mp4"), onlyNew: true));
        var early = await ReadAsync();
        Assert.Equal((false, "its manifest is missing"), (early.Found, early.Problem));
        var manifest = $$"""{"output_key":"{{work.OutputKey}}","size_bytes":2500,"content_type":"video/mp4","duration_s":1}""";
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(
            work.ManifestUrl, StorageFixture.Content(System.Text.Encoding.UTF8.GetBytes(manifest), "application/json"), onlyNew: true));
        var head = await ReadAsync();
        Assert.Equal((true, work.OutputKey, 2500L, 1000L), (head.Found, head.Key, head.SizeBytes, head.DurationMs));

        var link = await storage.Rpc().SignDownloadAsync(
            new SignDownloadRequest { UserId = $"{_user}", OutputKey = head.Key, Filename = "a/Tör \"1\".mp4" });
        Assert.Equal("Tör \"1\".mp4", link.Filename);
        var lifetime = link.ExpiresAt.ToDateTimeOffset() - TimeProvider.System.GetUtcNow();
        Assert.InRange(lifetime, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(61));
        using var download = await storage.Browser.GetAsync(new Uri(link.Url));
        Assert.Equal(SampleBytes.Mp4(2500), await download.Content.ReadAsByteArrayAsync());
        Assert.Equal("video/mp4", download.Content.Headers.ContentType!.ToString());
        var disposition = download.Content.Headers.ContentDisposition!;
        Assert.Equal(("attachment", "Tör \"1\".mp4"), (disposition.DispositionType, disposition.FileNameStar));
    }

    [Fact]
    public async Task An_output_is_written_once_with_any_content_type_and_each_run_has_its_own()
    {
        var source = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        var first = await storage.Rpc().SignWorkAsync(Work(source));
        using (var bare = new ByteArrayContent([7, 7]))
        {
            // Without the condition, which is signed.
            Assert.Equal(HttpStatusCode.Forbidden, await storage.PutAsync(first.OutputUrl, bare));
        }

        using (var bare = new ByteArrayContent([7, 7]))
        {
            Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(first.OutputUrl, bare, onlyNew: true));
        }

        foreach (var url in new[] { first.OutputUrl, (await storage.Rpc().SignWorkAsync(Work(source))).OutputUrl })
        {
            Assert.Equal(HttpStatusCode.PreconditionFailed, await storage.PutAsync(
                url, StorageFixture.Content(SampleBytes.Mp4(2500), "video/mp4"), onlyNew: true));
        }

        var second = await storage.Rpc().SignWorkAsync(new SignWorkRequest(Work(source)) { Run = 2 });
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(
            second.OutputUrl, StorageFixture.Content([7, 7, 7], "text/html"), onlyNew: true));
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(
            second.ManifestUrl, StorageFixture.Content("{}"u8.ToArray(), "application/json"), onlyNew: true));
        Assert.Equal("its manifest is missing", (await ReadAsync()).Problem);
        Assert.Equal("its manifest cannot be read", (await ReadAsync(run: 2)).Problem);
        Assert.False((await ReadAsync(run: 3)).Found);
    }

    [Fact]
    public async Task Only_a_completed_upload_of_this_user_is_a_source()
    {
        var source = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        var pending = (await storage.StartAsync(_user, 2000)).GetProperty("key").GetString()!;
        await storage.PutDirectlyAsync(pending, StorageFixture.Bytes(2000), "video/mp4");
        var stranger = Guid.NewGuid();
        foreach (var request in new[]
        {
            Work(pending), Work(""), Work("../x"), Work($"{_user}/output/{_job}/1.mp4"), Work(source + "x"),
            new SignWorkRequest(Work(source)) { UserId = $"{stranger}" },
        })
        {
            Assert.Equal((StatusCode.NotFound, "upload_not_found"), await Refused(async () => await storage.Rpc().SignWorkAsync(request)));
            Assert.Equal((StatusCode.NotFound, "upload_not_found"), await Refused(async () => await storage.Rpc().GetUploadAsync(
                new GetUploadRequest { UserId = request.UserId, Key = request.SourceKey })));
        }

        await storage.Rpc().SignWorkAsync(Work(source));
    }

    [Fact]
    public async Task A_missing_output_or_one_of_another_user_cannot_be_downloaded()
    {
        var key = $"{_user}/output/{_job}/1.mp4";
        await storage.PutDirectlyAsync(key, [1], "video/mp4");
        await storage.PutDirectlyAsync($"{_user}/output/{_job}/1.json", [1], "application/json");
        var stranger = Guid.NewGuid();
        foreach (var (user, asked) in new[]
        {
            (stranger, key), (stranger, key.Replace($"{_user}", $"{stranger}", StringComparison.Ordinal)),
            (_user, $"{_user}/output/{Guid.NewGuid()}/1.mp4"), (_user, $"{_user}/output/{_job}/2.mp4"),
            (_user, $"{_user}/output/{_job}/1.json"), (_user, $"{_user}/output/{_job}/01.mp4"), (_user, $"{_user}/output/{_job}.mp4"),
        })
        {
            Assert.Equal((StatusCode.NotFound, "output_not_found"), await Refused(async () => await storage.Rpc().SignDownloadAsync(
                new SignDownloadRequest { UserId = $"{user}", OutputKey = asked, Filename = "x.mp4" })));
        }

        var nameless = await storage.Rpc().SignDownloadAsync(new SignDownloadRequest { UserId = $"{_user}", OutputKey = key });
        Assert.Equal($"{_job}.mp4", nameless.Filename);
    }

    [Theory]
    [InlineData("", null, 60, 1)]
    [InlineData("../..", null, 60, 1)]
    [InlineData(null, "x/../../y", 60, 1)]
    [InlineData(null, "", 60, 1)]
    [InlineData(null, null, 59, 1)]
    [InlineData(null, null, 604_801, 1)]
    [InlineData(null, null, -1, 1)]
    [InlineData(null, null, 60, 0)]
    [InlineData(null, null, 60, -1)]
    public async Task A_malformed_request_is_rejected(string? userId, string? jobId, long lifetimeSeconds, int run)
    {
        var request = new SignWorkRequest
        {
            UserId = userId ?? $"{_user}",
            JobId = jobId ?? $"{_job}",
            SourceKey = "x",
            LifetimeSeconds = lifetimeSeconds,
            Run = run,
        };
        Assert.Equal(
            (StatusCode.InvalidArgument, "invalid_argument"), await Refused(async () => await storage.Rpc().SignWorkAsync(request)));
    }

    [Fact]
    public async Task A_link_can_be_valid_for_seven_days()
    {
        var source = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        var work = await storage.Rpc().SignWorkAsync(new SignWorkRequest(Work(source)) { LifetimeSeconds = 604_800 });
        Assert.Equal(StorageFixture.Bytes(2000), await storage.Browser.GetByteArrayAsync(new Uri(work.SourceUrl)));
    }

    [Fact]
    public async Task A_call_without_the_internal_credential_is_rejected()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await storage.Rpc(withCredential: false)
            .ReadOutputAsync(new ReadOutputRequest { UserId = $"{_user}", JobId = $"{_job}", Run = 1 }));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    internal static async Task<(StatusCode, string?)> Refused(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        return (refused.StatusCode, refused.ErrorCode());
    }

    private async Task<ReadOutputResponse> ReadAsync(int run = 1) =>
        await storage.Rpc().ReadOutputAsync(new ReadOutputRequest { UserId = $"{_user}", JobId = $"{_job}", Run = run });

    private SignWorkRequest Work(string sourceKey) =>
        new() { UserId = $"{_user}", SourceKey = sourceKey, JobId = $"{_job}", LifetimeSeconds = 3600, Run = 1 };
}
