using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Completed means: the object is there, is what the manifest says, begins as a video, and is as long as the source.</summary>
public sealed class OutputTests(JobsStack stack) : IClassFixture<JobsStack>
{
    private const int OutputBytes = ScriptedJob.OutputBytes;

    [Theory]
    [InlineData("empty", "it is empty")]
    [InlineData("garbage", "it is not an MP4")]
    [InlineData("longer", "it has 4400 bytes of 4321")]
    [InlineData("type", "it has another type than its manifest says")]
    [InlineData("no manifest", "its manifest is missing")]
    [InlineData("broken manifest", "its manifest cannot be read")]
    [InlineData("endless manifest", "its manifest cannot be read")]
    [InlineData("other key", "its manifest is about another object")]
    [InlineData("hostile path", "its manifest cannot be read")]
    [InlineData("short", "it ends after 15.0 s of 30.0 s")]
    public async Task A_result_that_is_not_whole_fails_the_job_and_is_refunded(string kind, string problem)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var handled = new HashSet<string>();
        var job = await Eventually.BecomesAsync(
            async () =>
            {
                // Another run may be tried, which does no better.
                foreach (var work in stack.RunPod.JobsOf(jobId).Where(work => handled.Add(work.Id)))
                {
                    await DeliverAsync(work, kind);
                    work.Status = "COMPLETED";
                }
                await stack.HurryAsync(user.UserId);
                return await user.GetAsync(jobId);
            },
            job => job.GetProperty("status").GetString() is "failed" or "completed",
            "the job has ended",
            TimeSpan.FromMinutes(1));
        Assert.NotEmpty(handled);
        Assert.Equal(
            ("failed", $"The worker's result cannot be used: {problem}.", 5),
            (job.GetProperty("status").GetString(), job.GetProperty("error").GetString(), job.GetProperty("refunded_cents").GetInt64()));
        Assert.Equal((100, 0), await user.BalanceAsync());
    }

    [Fact]
    public async Task A_result_without_a_manifest_is_waited_for_while_the_worker_runs()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        work.StatusCode = 503;
        await work.PutAsync("output_url", SampleBytes.Mp4(OutputBytes), "video/mp4");
        var reads = work.Reads;
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Reads > reads + 1), "it is polled with the output there");
        Assert.Equal("queued", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        await work.PutManifestAsync(new { });
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_track_job_sends_the_box_and_returns_the_path_to_correct_it()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync("track");
        var work = await stack.SubmittedAsync(jobId);
        Assert.Equal(
            """{"time":0,"x":10,"y":10,"width":100,"height":100}""", work.Input.GetProperty("track").GetRawText());
        await work.PutAsync("output_url", SampleBytes.Mp4(OutputBytes), "video/mp4");
        var path = new[] { new { time = 0.5, x = 1.5, y = 2.0, width = 640.0, height = 360.0 } };
        await work.PutManifestAsync(new { crop_keyframes = path, track_lost = new[] { new { from_s = 1.0, to_s = 2.5 } } });
        work.Status = "COMPLETED";
        var job = await user.EndsAsync(jobId, "completed");
        Assert.Equal(JsonSerializer.Serialize(path), job.GetProperty("crop_keyframes").GetRawText());
        Assert.Equal("""[{"from_s":1,"to_s":2.5}]""", job.GetProperty("track_lost").GetRawText());

        // Not in lists and streams.
        using var list = await user.Client.GetAsync("/api/jobs");
        Assert.DoesNotContain("crop_keyframes", await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var events = await user.Client.GetAsync($"/api/jobs/{jobId}/events");
        var stream = await events.Content.ReadAsStringAsync();
        Assert.Contains("completed", stream, StringComparison.Ordinal);
        Assert.DoesNotContain("crop_keyframes", stream, StringComparison.Ordinal);

        // It can be given back as it is.
        using var corrected = await user.PostTextAsync(
            "/api/export",
            $$"""
            {"source_key":"{{user.SourceKey}}","target_resolution":"720p",
             "crop_keyframes":{{job.GetProperty("crop_keyframes").GetRawText()}}}
            """);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, corrected.StatusCode);
    }

    [Fact]
    public async Task An_export_with_a_box_is_a_track_job_and_one_with_keyframes_too_is_rejected()
    {
        var user = await stack.UserAsync();
        var box = """ "track":{"time":1,"x":0,"y":0,"width":50,"height":50} """;
        var more = $$""" "source_key":"{{user.SourceKey}}","target_resolution":"720p",{{box}} """;
        using var accepted = await user.PostTextAsync("/api/export", $"{{ {more} }}");
        var job = JsonDocument.Parse(await accepted.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(10, job.GetProperty("cost_cents").GetInt64());
        using var both = await user.PostTextAsync(
            "/api/export", $$"""{ {{more}}, "crop_keyframes":[{"time":0,"x":0,"y":0,"width":50,"height":50}] }""");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, both.StatusCode);
        Assert.Contains("create a framing job to correct them", await both.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var none = await user.PostAsync(
            "/api/jobs", new { project_id = "p", type = "track", @params = new { source_key = user.SourceKey } });
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, none.StatusCode);
        using var quote = await user.PostAsync("/api/jobs/quote", new { type = "track", @params = new { source_key = user.SourceKey } });
        Assert.Equal("""{"type":"track","cost_cents":10}""", await quote.Content.ReadAsStringAsync());
    }

    private static async Task DeliverAsync(ScriptedJob work, string kind)
    {
        var (content, type) = kind switch
        {
            "empty" => ([], "video/mp4"),
            "garbage" => (new byte[OutputBytes], "video/mp4"),
            "longer" => (SampleBytes.Mp4(4400), "video/mp4"),
            "type" => (SampleBytes.Mp4(OutputBytes), "text/html"),
            _ => (SampleBytes.Mp4(OutputBytes), "video/mp4"),
        };
        await work.PutAsync("output_url", content, type);
        await (kind switch
        {
            "no manifest" => Task.CompletedTask,
            "broken manifest" => work.PutAsync("manifest_url", Encoding.UTF8.GetBytes("{\"size_bytes\":"), "application/json"),
            "endless manifest" => work.PutAsync("manifest_url", new byte[300_000], "application/json"),
            "other key" => work.PutManifestAsync(new { output_key = "another.mp4" }),
            "hostile path" => work.PutManifestAsync(new { crop_keyframes = new object?[] { null } }),
            "short" => work.PutManifestAsync(new { duration_s = 15 }),
            _ => work.PutManifestAsync(new { }),
        });
    }
}
