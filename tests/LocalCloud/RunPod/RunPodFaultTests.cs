using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Tests.RunPod;

public sealed class RunPodFaultTests : IAsyncLifetime
{
    private RunPodRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RunPodRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task A_crashed_worker_has_its_job_queued_once_more_and_then_failed()
    {
        _rig.Fault(FaultKind.CrashWorker);
        var job = await _rig.UntilAsync(await _rig.RunAsync(webhook: _rig.Webhook()), "FAILED");
        Assert.Equal(1, job.GetProperty("retries").GetInt32());
        Assert.Equal("the worker exited while it ran the job", job.GetProperty("error").GetString());
        Assert.Equal("FAILED", Assert.Single(await _rig.CallbacksAsync(1)).GetProperty("status").GetString());
        Assert.Empty(_rig.Place.Puts);

        await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");
    }

    [Fact]
    public async Task A_stalled_worker_is_freed_by_a_cancel()
    {
        _rig.Fault(FaultKind.StallWorker);
        var id = await _rig.RunAsync();
        await _rig.UntilAsync(id, "IN_PROGRESS");
        (await _rig.Api.PostAsync($"cancel/{id}", null)).Dispose();
        await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");
    }

    [Fact]
    public async Task A_GPU_with_too_little_memory_fails_the_job()
    {
        _rig.Fault(FaultKind.OutOfMemory);
        var job = await _rig.UntilAsync(await _rig.RunAsync(webhook: _rig.Webhook()), "FAILED");
        Assert.Contains("out of memory", job.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Single(await _rig.CallbacksAsync(1));
        Assert.Empty(_rig.Place.Puts);

        await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");
    }

    [Fact]
    public async Task A_job_without_output_is_COMPLETED_and_leaves_no_file()
    {
        _rig.Fault(FaultKind.NoOutput);
        var job = await _rig.UntilAsync(await _rig.RunAsync(webhook: _rig.Webhook()), "COMPLETED");
        Assert.False(job.TryGetProperty("output", out _));
        Assert.Single(await _rig.CallbacksAsync(1));
        Assert.Empty(_rig.Place.Puts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_output_takes_the_place_of_the_result_that_the_manifest_describes(bool isEmpty)
    {
        _rig.Place.KeepsFirst = true;
        _rig.Fault(isEmpty ? FaultKind.EmptyOutput : FaultKind.WrongOutput);
        var job = await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");
        Assert.Single(_rig.Place.Puts);
        Assert.Equal(isEmpty ? 0 : 5000, _rig.Place.Files["/out.mp4"].Length);
        Assert.True(job.GetProperty("output").GetProperty("size_bytes").GetInt32() > 0);
    }

    [Fact]
    public async Task A_forgotten_result_is_404_without_a_callback_although_the_file_is_there()
    {
        _rig.Fault(FaultKind.ForgetResult);
        var id = await _rig.RunAsync(webhook: _rig.Webhook());
        await RunPodRig.UntilAsync(async () => await _rig.StatusCodeAsync(id) == HttpStatusCode.NotFound);
        Assert.Single(_rig.Place.Puts);

        // The callback of the next job is the first.
        var next = await _rig.RunAsync(webhook: _rig.Webhook());
        Assert.Equal(next, Assert.Single(await _rig.CallbacksAsync(1)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Late_progress_hides_the_end_from_the_status_and_not_from_the_callback()
    {
        var fault = _rig.Fault(FaultKind.LateProgress);
        var id = await _rig.RunAsync(webhook: _rig.Webhook());
        Assert.Equal("COMPLETED", Assert.Single(await _rig.CallbacksAsync(1)).GetProperty("status").GetString());
        var job = await _rig.StatusAsync(id);
        Assert.Equal("IN_PROGRESS", job.GetProperty("status").GetString());
        Assert.InRange(job.GetProperty("output").GetProperty("progress").GetInt32(), 0, 99);
        Assert.Equal(1, fault.Struck);

        await _rig.RestartAsync();
        Assert.Equal(job.ToString(), (await _rig.StatusAsync(id)).ToString());
    }

    [Theory]
    [InlineData("POST /v2/local/run")]
    [InlineData("COMPLETED")]
    public async Task A_dropped_callback_never_comes(string match)
    {
        var fault = _rig.Fault(FaultKind.DropWebhook, match);
        _rig.Fault(FaultKind.NoOutput, times: 2);
        await _rig.RunAsync(webhook: _rig.Webhook());
        await RunPodRig.UntilAsync(() => fault.Struck == 1);
        var next = await _rig.RunAsync(webhook: _rig.Webhook());
        Assert.Equal(next, Assert.Single(await _rig.CallbacksAsync(1)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_doubled_callback_comes_twice()
    {
        _rig.Fault(FaultKind.DoubleWebhook, "FAILED");
        _rig.Place.Refusals["/in.mp4"] = new([403]);
        await _rig.RunAsync(webhook: _rig.Webhook());
        var callbacks = await _rig.CallbacksAsync(2);
        Assert.Equal(callbacks[0].ToString(), callbacks[1].ToString());
    }

    [Fact]
    public async Task A_delayed_callback_comes_after_its_delay()
    {
        _rig.Fault(FaultKind.DelayWebhook, delayMs: 300);
        _rig.Fault(FaultKind.NoOutput);
        await _rig.UntilAsync(await _rig.RunAsync(webhook: _rig.Webhook()), "COMPLETED");
        var begun = Stopwatch.GetTimestamp();
        await _rig.CallbacksAsync(1);
        Assert.True(Stopwatch.GetElapsedTime(begun) > TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_reordered_callback_comes_after_the_next_one()
    {
        var fault = _rig.Fault(FaultKind.ReorderWebhook);
        _rig.Fault(FaultKind.NoOutput, times: 2);
        var first = await _rig.RunAsync(webhook: _rig.Webhook());
        await RunPodRig.UntilAsync(() => fault.Struck == 1);
        var second = await _rig.RunAsync(webhook: _rig.Webhook());
        Assert.Equal([second, first], (await _rig.CallbacksAsync(2)).Select(callback => callback.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_cut_after_the_effect_leaves_a_job_with_an_id_that_no_client_received()
    {
        _rig.Fault(FaultKind.CutAfterEffect);
        _rig.Fault(FaultKind.NoOutput);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            _rig.Api.PostAsJsonAsync("run", new { input = _rig.Input(), webhook = _rig.Webhook() }));
        Assert.Equal("COMPLETED", Assert.Single(await _rig.CallbacksAsync(1)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_delayed_submission_makes_a_job_also_for_a_client_that_gave_up()
    {
        var fault = _rig.Fault(FaultKind.Delay, delayMs: 1500);
        _rig.Fault(FaultKind.NoOutput);
        using var impatience = new CancellationTokenSource();
        var given = _rig.Api.PostAsJsonAsync("run", new { input = _rig.Input(), webhook = _rig.Webhook() }, impatience.Token);
        await RunPodRig.UntilAsync(() => fault.Struck == 1);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal("COMPLETED", Assert.Single(await _rig.CallbacksAsync(1)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_status_fault_makes_no_job()
    {
        _rig.Fault(FaultKind.Status);
        using var answer = await _rig.Api.PostAsJsonAsync("run", new { input = _rig.Input() });
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var health = await _rig.Api.GetFromJsonAsync<JsonElement>("health");
        Assert.Equal(0, health.GetProperty("jobs").GetProperty("inQueue").GetInt32());
    }
}
