using System.Text.Json;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Tests.RunPod;

public sealed class RunPodJobTests : IAsyncLifetime
{
    private RunPodRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RunPodRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Without_a_working_ffmpeg_jobs_fail_and_the_health_says_so()
    {
        await using var rig = await RunPodRig.StartAsync(ffmpeg: "/nowhere/ffmpeg");
        Assert.Contains("the ffmpeg of this machine does not run", await rig.ErrorOfAsync(rig.Input()), StringComparison.Ordinal);
        using var health = await rig.Api.GetAsync("/health");
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, health.StatusCode);
    }

    [Fact]
    public async Task A_job_is_done_delivered_and_told_to_its_webhook()
    {
        var id = await _rig.RunAsync(webhook: _rig.Webhook());
        var job = await _rig.UntilAsync(id, "COMPLETED");

        var output = job.GetProperty("output");
        var file = _rig.Place.Files["/out.mp4"];
        Assert.Equal("u/output/j.mp4", output.GetProperty("output_key").GetString());
        Assert.Equal(file.Length, output.GetProperty("size_bytes").GetInt64());
        Assert.InRange(output.GetProperty("duration_s").GetDouble(), 1.9, 2.1);
        Assert.Equal((1280, 720), (output.GetProperty("width").GetInt32(), output.GetProperty("height").GetInt32()));
        Assert.True(job.GetProperty("delayTime").GetInt64() >= 0);
        Assert.True(job.GetProperty("executionTime").GetInt64() > 0);
        Assert.NotEmpty(job.GetProperty("workerId").GetString()!);
        Assert.Equal(("video/mp4", (long?)file.Length), Assert.Single(_rig.Place.Puts));
        Assert.Equal(job.ToString(), Assert.Single(await _rig.CallbacksAsync(1)).ToString());
    }

    [Fact]
    public async Task A_job_that_fails_is_told_to_its_webhook()
    {
        var id = await _rig.RunAsync(_rig.Input(new { source_url = _rig.Place.Url("/missing?signature=secret") }), _rig.Webhook());
        var job = await _rig.UntilAsync(id, "FAILED");
        Assert.Equal("source_url answered 404: there is no such object", job.GetProperty("error").GetString());
        Assert.Equal(job.ToString(), Assert.Single(await _rig.CallbacksAsync(1)).ToString());
    }

    [Fact]
    public async Task A_transfer_is_tried_again_after_a_server_error_and_not_after_a_refusal()
    {
        _rig.Place.Refusals["/in.mp4"] = new([503]);
        _rig.Place.Refusals["/out.mp4"] = new([500]);
        await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");

        _rig.Place.Refusals["/in.mp4"] = new([403]);
        Assert.Equal("source_url answered 403: the URL has expired or is not signed for this", await _rig.ErrorOfAsync(_rig.Input()));
        _rig.Place.Refusals["/out.mp4"] = new([403]);
        Assert.Equal("output_url answered 403: the URL has expired or is not signed for this", await _rig.ErrorOfAsync(_rig.Input()));
    }

    [Fact]
    public async Task Progress_comes_from_ffmpeg_and_rises()
    {
        var id = await _rig.RunAsync(_rig.Input(new { target_resolution = "2160p", max_duration_s = 2 }));
        var seen = new List<int>();
        await RunPodRig.UntilAsync(async () =>
        {
            var job = await _rig.StatusAsync(id);
            var status = job.GetProperty("status").GetString();
            if (status == "IN_PROGRESS" && job.TryGetProperty("output", out var output))
            {
                seen.Add(output.GetProperty("progress").GetInt32());
            }

            return status == "COMPLETED";
        });
        Assert.Contains(seen, progress => progress is > 0 and <= 99);
        Assert.Equal(seen.Order(), seen);
    }

    [Fact]
    public async Task Cancelling_a_running_job_ends_its_ffmpeg_and_removes_its_files()
    {
        var id = await _rig.RunAsync(_rig.Input(new { target_resolution = "2160p" }), _rig.Webhook());
        await RunPodRig.UntilAsync(() => File.Exists(Path.Combine(_rig.DataDirectory, "runpod", "work", id, "result.mp4")));

        (await _rig.Api.PostAsync($"cancel/{id}", null)).Dispose();
        await RunPodRig.UntilAsync(() => !Directory.Exists(Path.Combine(_rig.DataDirectory, "runpod", "work", id)));
        Assert.Equal("CANCELLED", (await _rig.StatusAsync(id)).GetProperty("status").GetString());
        Assert.Empty(ProcessesIn(_rig.DataDirectory));
        Assert.Empty(_rig.Place.Puts);
        Assert.Empty(_rig.Place.Callbacks);
    }

    [Fact]
    public async Task No_file_stays_after_a_job()
    {
        await _rig.UntilAsync(await _rig.RunAsync(), "COMPLETED");
        _rig.Place.Files["/in.mp4"] = "no video"u8.ToArray();
        await _rig.ErrorOfAsync(_rig.Input());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_rig.DataDirectory, "runpod", "work")));
    }

    [Fact]
    public async Task A_stop_in_the_middle_loses_no_job()
    {
        _rig.Fault(FaultKind.StallWorker);
        var running = await _rig.RunAsync(webhook: _rig.Webhook("/one"));
        await _rig.UntilAsync(running, "IN_PROGRESS");
        var waiting = await _rig.RunAsync(webhook: _rig.Webhook("/two"));

        await _rig.RestartAsync();
        await _rig.UntilAsync(running, "COMPLETED");
        await _rig.UntilAsync(waiting, "COMPLETED");
        Assert.Equal(2, (await _rig.CallbacksAsync(2)).Length);
    }

    [Fact]
    public async Task A_kill_loses_no_job_and_counts_as_a_retry()
    {
        _rig.Fault(FaultKind.StallWorker);
        var running = await _rig.RunAsync();
        await _rig.UntilAsync(running, "IN_PROGRESS");
        var waiting = await _rig.RunAsync();

        // What lies on the disk in this moment is what a kill would leave.
        await using var next = await RunPodRig.StartAsync(dataDirectory: CopyOfData());
        var first = await next.UntilAsync(running, "COMPLETED");
        var second = await next.UntilAsync(waiting, "COMPLETED");
        Assert.Equal(1, first.GetProperty("retries").GetInt32());
        Assert.False(second.TryGetProperty("retries", out _));
    }

    [Fact]
    public async Task A_finished_job_and_a_callback_that_is_due_survive_a_kill()
    {
        _rig.Fault(FaultKind.DelayWebhook, delayMs: 600_000);
        var id = await _rig.RunAsync(webhook: _rig.Webhook());
        var job = await _rig.UntilAsync(id, "COMPLETED");

        await using var next = await RunPodRig.StartAsync(dataDirectory: CopyOfData());
        Assert.Equal(job.ToString(), (await next.StatusAsync(id)).ToString());
        Assert.Single(await _rig.CallbacksAsync(1));
    }

    private string CopyOfData()
    {
        var copy = Directory.CreateTempSubdirectory("runpod-").FullName;
        Directory.CreateDirectory(Path.Combine(copy, "runpod", "jobs"));
        foreach (var file in Directory.GetFiles(Path.Combine(_rig.DataDirectory, "runpod", "jobs")))
        {
            File.Copy(file, Path.Combine(copy, "runpod", "jobs", Path.GetFileName(file)));
        }

        return copy;
    }

    internal static string[] ProcessesIn(string directory) => !Directory.Exists("/proc")
        ? []
        : [.. Directory.GetDirectories("/proc").Where(process => WorksIn(process, directory))];

    private static bool WorksIn(string process, string directory)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget?.StartsWith(directory, StringComparison.Ordinal) ?? false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
