using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Tests.RunPod;

public sealed class RunPodApiTests : IAsyncLifetime
{
    private RunPodRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RunPodRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer rp_wrong", HttpStatusCode.Unauthorized)]
    [InlineData("Basic rp_local", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer rp_local", HttpStatusCode.OK)]
    [InlineData("rp_local", HttpStatusCode.OK)]
    public async Task The_key_is_taken_with_and_without_Bearer_and_no_other(string? authorization, HttpStatusCode expected)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_rig.Api.BaseAddress!, "health"));
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("/v2/other/run")]
    [InlineData("/v2/local/stream/x")]
    [InlineData("/v2/local/cancel/unknown")]
    [InlineData("/v2/local/retry/unknown")]
    [InlineData("/v2/local/status/unknown")]
    public async Task What_is_not_there_is_404_with_an_error(string path)
    {
        using var answer = await _rig.Api.PostAsync(path, null);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.NotEmpty(await ErrorAsync(answer));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"input":"text"}""")]
    [InlineData("""{"input":{},"webhook":"ftp://a"}""")]
    [InlineData("""{"input":{},"webhook":7}""")]
    [InlineData("""{"input":{},"webhook":"\ud800"}""")]
    [InlineData("""{"input":{"text":"\ud800"}}""")]
    [InlineData("""{"input":{},"policy":7}""")]
    [InlineData("""{"input":{},"policy":{"executionTimeout":4999}}""")]
    [InlineData("""{"input":{},"policy":{"executionTimeout":604800001}}""")]
    [InlineData("""{"input":{},"policy":{"ttl":9999}}""")]
    [InlineData("""{"input":{},"policy":{"ttl":"10000"}}""")]
    [InlineData("""{"input":{},"policy":{"ttl":10000.5}}""")]
    [InlineData("""{"input":{},"policy":{"lowPriority":1}}""")]
    public async Task A_malformed_request_is_400_and_makes_no_job(string body)
    {
        foreach (var operation in new[] { "run", "runsync" })
        {
            using var answer = await _rig.Api.PostAsync(operation, new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.NotEmpty(await ErrorAsync(answer));
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(_rig.DataDirectory, "runpod", "jobs")));
    }

    [Theory]
    [InlineData("run", 9, HttpStatusCode.OK)]
    [InlineData("run", 11, HttpStatusCode.BadRequest)]
    [InlineData("runsync", 19, HttpStatusCode.OK)]
    [InlineData("runsync", 21, HttpStatusCode.BadRequest)]
    public async Task A_body_is_bounded(string operation, int megabytes, HttpStatusCode expected)
    {
        using var answer = await _rig.Api.PostAsJsonAsync(operation, new { input = new { filler = new string('x', megabytes << 20) } });
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("999")]
    [InlineData("300001")]
    [InlineData("soon")]
    public async Task Runsync_takes_a_wait_of_one_second_to_five_minutes(string wait)
    {
        using var answer = await _rig.Api.PostAsJsonAsync($"runsync?wait={wait}", new { input = _rig.Input() });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Runsync_answers_with_the_finished_job()
    {
        using var answer = await _rig.Api.PostAsJsonAsync("runsync", new { input = _rig.Input() });
        var job = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("COMPLETED", job.GetProperty("status").GetString());
        Assert.StartsWith("sync-", job.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(1280, job.GetProperty("output").GetProperty("width").GetInt32());
    }

    [Fact]
    public async Task Runsync_answers_with_the_unfinished_job_when_the_wait_is_over()
    {
        _rig.Fault(FaultKind.StallWorker, "POST /v2/local/runsync");
        using var answer = await _rig.Api.PostAsJsonAsync("runsync?wait=1000", new { input = _rig.Input() });
        var job = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("IN_PROGRESS", job.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Purge_removes_what_waits_and_nothing_else()
    {
        _rig.Fault(FaultKind.StallWorker);
        var running = await _rig.RunAsync();
        await _rig.UntilAsync(running, "IN_PROGRESS");
        var waiting = new[] { await _rig.RunAsync(), await _rig.RunAsync() };

        using var answer = await _rig.Api.PostAsync("purge-queue", null);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("""{"removed":2,"status":"completed"}""", body.ToString());
        Assert.Equal("IN_PROGRESS", (await _rig.StatusAsync(running)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NotFound, await _rig.StatusCodeAsync(waiting[0]));
        Assert.Equal(HttpStatusCode.NotFound, await _rig.StatusCodeAsync(waiting[1]));
    }

    [Fact]
    public async Task Health_counts_jobs_and_workers()
    {
        _rig.Fault(FaultKind.NoOutput);
        await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");
        _rig.Fault(FaultKind.StallWorker);
        await _rig.UntilAsync(await _rig.RunAsync(), "IN_PROGRESS");
        await _rig.RunAsync();

        Assert.Equal(
            """{"jobs":{"completed":1,"failed":0,"inProgress":1,"inQueue":1,"retried":0},"workers":"""
            + """{"idle":0,"initializing":0,"ready":0,"running":1,"throttled":0,"unhealthy":0}}""",
            await _rig.Api.GetStringAsync("health"));
    }

    [Fact]
    public async Task A_failed_job_is_retried_under_its_id_and_a_completed_one_is_not()
    {
        _rig.Place.Files.TryRemove("/in.mp4", out var clip);
        var id = await _rig.RunAsync();
        await _rig.UntilAsync(id, "FAILED");

        _rig.Place.Files["/in.mp4"] = clip!;
        using (var retried = await _rig.Api.PostAsync($"retry/{id}", null))
        {
            Assert.Equal($$"""{"id":"{{id}}","status":"IN_QUEUE"}""", await retried.Content.ReadAsStringAsync());
        }

        await RunPodRig.UntilAsync(async () => (await _rig.StatusAsync(id)).GetProperty("status").GetString() == "COMPLETED");
        using var again = await _rig.Api.PostAsync($"retry/{id}", null);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Fact]
    public async Task A_waiting_job_can_be_cancelled_and_is_never_run()
    {
        _rig.Fault(FaultKind.StallWorker);
        var running = await _rig.RunAsync();
        await _rig.UntilAsync(running, "IN_PROGRESS");
        var waiting = await _rig.RunAsync(webhook: _rig.Webhook());

        foreach (var id in new[] { waiting, running })
        {
            using var answer = await _rig.Api.PostAsync($"cancel/{id}", null);
            Assert.Equal($$"""{"id":"{{id}}","status":"CANCELLED"}""", await answer.Content.ReadAsStringAsync());
        }

        // The worker is free again, and what it does next is not the cancelled job.
        await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");
        Assert.Equal("CANCELLED", (await _rig.StatusAsync(waiting)).GetProperty("status").GetString());
        Assert.Empty(_rig.Place.Callbacks);
        Assert.Single(_rig.Place.Puts);
    }

    [Fact]
    public async Task Cancelling_a_finished_job_leaves_it_as_it_was()
    {
        _rig.Fault(FaultKind.NoOutput);
        var id = await _rig.RunAsync();
        await _rig.UntilAsync(id, "COMPLETED");
        using var answer = await _rig.Api.PostAsync($"cancel/{id}", null);
        Assert.Equal($$"""{"id":"{{id}}","status":"COMPLETED"}""", await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> ErrorAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!;
}
