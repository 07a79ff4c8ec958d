using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Worker.Tests;

namespace ReelBallers.Jobs.Tests;

/// <summary>Jobs with LocalCloud's RunPod: the protocol, the worker on a real clip, the faults.</summary>
public sealed class LocalRunPodTests(LocalRunPodRig rig) : IClassFixture<LocalRunPodRig>
{
    private const string Run = "POST /v2/local/run";
    private const string Status = "GET /v2/local/status";

    [Fact]
    public async Task A_clip_is_cropped_and_overlaid_with_progress()
    {
        await rig.ClearFaultsAsync();
        var user = await rig.Stack.UserAsync();
        using var response = await user.PostAsync("/api/export", new
        {
            source_key = user.SourceKey,
            duration_s = 2,
            crop_keyframes = new[]
            {
                new { time = 0.0, x = 0, y = 0, width = 160, height = 120 },
                new { time = 1.5, x = 100, y = 50, width = 160, height = 120 },
            },
            overlay_layers = new[]
            {
                new
                {
                    type = "box", x = 10, y = 10, width = 100, height = 50, color = "#FF00FF", opacity = 0.5, start_s = 0.5, end_s = 1.5,
                },
            },
            target_resolution = "720p",
        });
        var jobId = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetGuid();
        var job = await user.EndsAsync(jobId, "completed");
        Assert.Equal("overlay", job.GetProperty("type").GetString());
        var link = await user.Client.GetFromJsonAsync<JsonElement>($"/api/download/{jobId}");
        using var browser = new HttpClient();
        var video = await browser.GetByteArrayAsync(link.GetProperty("url").GetString());
        Assert.Contains("1280x720", await ClipMaker.DescribeAsync(video), StringComparison.Ordinal);
        // The lower right corner at the end: the crop has moved there.
        var frame = await ClipMaker.FrameAsync(video, seconds: 1.8, width: 1280, height: 720);
        Assert.Equal("white", frame.ColorAt(1000, 600));
    }

    [Theory]
    [InlineData("empty_output", "The worker's result cannot be used: it is empty.")]
    [InlineData("wrong_output", "The worker's result cannot be used: it has 5000 bytes of ")]
    public async Task A_result_that_is_not_the_workers_is_not_sold(string kind, string error)
    {
        await rig.ClearFaultsAsync();
        var fault = await rig.FaultAsync(Run, kind, 100);
        var user = await rig.Stack.UserAsync();
        var job = await user.EndsAsync(await user.CreateAsync(), "failed");
        Assert.StartsWith(error, job.GetProperty("error").GetString(), StringComparison.Ordinal);
        await rig.HasStruckAsync(fault);
        Assert.Equal(3, (await user.StatementAsync()).Count);
    }

    [Theory]
    [InlineData("empty_output")]
    [InlineData("wrong_output")]
    public async Task Another_run_can_mend_it(string kind)
    {
        await rig.ClearFaultsAsync();
        var fault = await rig.FaultAsync(Run, kind);
        var user = await rig.Stack.UserAsync();
        await user.EndsAsync(await user.CreateAsync(), "completed");
        await rig.HasStruckAsync(fault);
        Assert.Equal(2, (await user.StatementAsync()).Count);
    }

    [Theory]
    [InlineData(Run, "no_output", null, 1, "completed")]
    [InlineData(Run, "no_output", null, 3, "failed")]
    [InlineData(Run, "forget_result", null, 1, "completed")]
    [InlineData(Run, "late_progress", null, 1, "completed")]
    [InlineData(Run, "crash_worker", null, 1, "completed")]
    [InlineData(Run, "crash_worker", null, 3, "failed")]
    [InlineData(Run, "out_of_memory", null, 1, "completed")]
    [InlineData(Run, "out_of_memory", null, 3, "failed")]
    [InlineData("COMPLETED", "drop_webhook", null, 1, "completed")]
    [InlineData("COMPLETED", "double_webhook", null, 1, "completed")]
    [InlineData("COMPLETED", "delay_webhook", null, 1, "completed")]
    [InlineData("COMPLETED", "reorder_webhook", null, 1, "completed")]
    [InlineData(Run, "cut", null, 3, "completed")]
    [InlineData(Run, "status", 500, 7, "completed")]
    [InlineData(Run, "status", 503, 7, "completed")]
    [InlineData(Run, "status", 401, 7, "completed")]
    [InlineData(Run, "status", 403, 7, "completed")]
    [InlineData(Run, "status", 404, 7, "completed")]
    [InlineData(Run, "status", 429, 7, "completed")]
    [InlineData(Run, "status", 502, 1, "completed")]
    [InlineData(Run, "status", 504, 1, "completed")]
    [InlineData(Run, "status", 400, 1, "failed")]
    [InlineData(Run, "status", 413, 1, "failed")]
    [InlineData(Status, "status", 503, 3, "completed")]
    [InlineData(Status, "status", 429, 3, "completed")]
    [InlineData(Status, "status", 401, 3, "completed")]
    [InlineData(Status, "status", 404, 2, "completed")]
    [InlineData(Status, "cut", null, 3, "completed")]
    [InlineData(Status, "cut_after_effect", null, 3, "completed")]
    [InlineData(Status, "delay", null, 1, "completed")]
    public async Task A_fault_of_RunPod_ends_in(string match, string kind, int? status, int times, string expected)
    {
        await rig.ClearFaultsAsync();
        var fault = await rig.FaultAsync(match, kind, times, status, kind == "delay" ? 3000 : null);
        var user = await rig.Stack.UserAsync();
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, expected);
        Assert.Equal(expected == "completed" ? 2 : 3, (await user.StatementAsync()).Count);
        // A submission is repeated until the fault is over; a status is read as often as it takes.
        await rig.HasStruckAsync(fault, atLeast: match == Run ? times : 1);
    }
}
