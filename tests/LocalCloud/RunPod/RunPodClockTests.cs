using System.Net;
using System.Net.Http.Json;
using ReelBallers.LocalCloud.Faults;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests.RunPod;

public sealed class RunPodClockTests : IAsyncLifetime
{
    private readonly ManualClock _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private RunPodRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RunPodRig.StartAsync(_time);

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task A_job_over_its_execution_timeout_is_TIMED_OUT_without_a_callback()
    {
        _rig.Fault(FaultKind.StallWorker);
        var id = await _rig.RunAsync(webhook: _rig.Webhook(), policy: new { executionTimeout = 5000 });
        // The job is in progress a moment before its time begins to pass; its first progress comes after both.
        await RunPodRig.UntilAsync(async () => (await _rig.StatusAsync(id)).TryGetProperty("output", out _));

        _time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.Equal("IN_PROGRESS", (await _rig.StatusAsync(id)).GetProperty("status").GetString());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var job = await _rig.UntilAsync(id, "TIMED_OUT");
        Assert.Equal(5000, job.GetProperty("executionTime").GetInt64());

        // The worker is free again; the callback of a later job is the first one.
        _rig.Fault(FaultKind.NoOutput);
        var next = await _rig.RunAsync(webhook: _rig.Webhook());
        await _rig.UntilAsync(next, "COMPLETED");
        Assert.Equal(next, Assert.Single(await _rig.CallbacksAsync(1)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_execution_timeout_ends_the_ffmpeg()
    {
        var id = await _rig.RunAsync(_rig.Input(new { target_resolution = "2160p" }));
        await RunPodRig.UntilAsync(() => File.Exists(Path.Combine(_rig.DataDirectory, "runpod", "work", id, "result.mp4")));
        _time.Advance(TimeSpan.FromMinutes(10));
        await _rig.UntilAsync(id, "TIMED_OUT");
        await RunPodRig.UntilAsync(() => !Directory.Exists(Path.Combine(_rig.DataDirectory, "runpod", "work", id)));
        Assert.Empty(RunPodJobTests.ProcessesIn(_rig.DataDirectory));
    }

    [Fact]
    public async Task A_job_over_its_time_to_live_is_404_in_every_state()
    {
        _rig.Fault(FaultKind.StallWorker);
        var running = await _rig.RunAsync(policy: new { ttl = 10_000 });
        await _rig.UntilAsync(running, "IN_PROGRESS");
        var waiting = await _rig.RunAsync(policy: new { ttl = 10_000 });

        _time.Advance(TimeSpan.FromMilliseconds(9999));
        Assert.Equal(HttpStatusCode.OK, await _rig.StatusCodeAsync(waiting));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.NotFound, await _rig.StatusCodeAsync(waiting));
        Assert.Equal(HttpStatusCode.NotFound, await _rig.StatusCodeAsync(running));

        _rig.Fault(FaultKind.NoOutput);
        await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");
    }

    [Theory]
    [InlineData("run", 30)]
    [InlineData("runsync", 1)]
    public async Task A_result_is_forgotten_after_its_retention(string operation, int minutes)
    {
        _rig.Fault(FaultKind.NoOutput, "");
        using var answer = await _rig.Api.PostAsJsonAsync(operation, new { input = _rig.Input() });
        var id = (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id").GetString()!;
        await _rig.UntilAsync(id, "COMPLETED");

        _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, await _rig.StatusCodeAsync(id));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.NotFound, await _rig.StatusCodeAsync(id));
        Assert.Empty(Directory.GetFiles(Path.Combine(_rig.DataDirectory, "runpod", "jobs")));
    }

    [Fact]
    public async Task A_callback_is_tried_three_times_ten_seconds_apart()
    {
        _rig.Place.Refusals["/hook"] = new([500, 204, 500, 500]);
        _rig.Fault(FaultKind.NoOutput);
        await _rig.UntilAsync(await _rig.RunAsync(webhook: _rig.Webhook()), "COMPLETED");

        await _rig.CallbacksAsync(1);
        await AdvanceUntilAsync(2);
        await AdvanceUntilAsync(3);
        for (var second = 0; second < 30; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        Assert.Equal(3, _rig.Place.Callbacks.Count);
    }

    private Task AdvanceUntilAsync(int callbacks) => RunPodRig.UntilAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return _rig.Place.Callbacks.Count >= callbacks;
    });
}
