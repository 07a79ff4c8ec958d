using System.Diagnostics;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Worker;
using ReelBallers.Worker.Tests;

namespace ReelBallers.LocalCloud.Tests.RunPod;

/// <summary>The worker's console program against LocalCloud, by RunPod's worker protocol.</summary>
public sealed class OutsideWorkerTests
{
    [Fact]
    public async Task A_job_goes_through_the_console_program()
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        using var worker = Console.Start(rig);
        var id = await rig.RunAsync(rig.Input(new { manifest_url = rig.Place.Url("/manifest.json") }), rig.Webhook());
        var job = await rig.UntilAsync(id, "COMPLETED");
        Assert.Equal(Console.Id, job.GetProperty("workerId").GetString());
        Assert.Equal(rig.Place.Files["/out.mp4"].Length, job.GetProperty("output").GetProperty("size_bytes").GetInt64());
        Assert.True(JsonElement.DeepEquals(
            JsonSerializer.Deserialize<JsonElement>(rig.Place.Files["/manifest.json"]), job.GetProperty("output")));
        Assert.Equal("COMPLETED", (await rig.CallbacksAsync(1))[0].GetProperty("status").GetString());
        Assert.Contains("max_duration_s", await rig.ErrorOfAsync(rig.Input(new { max_duration_s = 0 })), StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [Fact]
    public async Task A_cancelled_job_is_left_and_the_next_one_is_taken()
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        using var worker = Console.Start(rig);
        var id = await LongJobAsync(rig);
        (await rig.Api.PostAsync($"cancel/{id}", null)).Dispose();
        rig.Place.Files["/in.mp4"] = await ClipMaker.QuadrantsAsync();
        await rig.UntilAsync(await rig.RunAsync(rig.Input()), "COMPLETED");
        Assert.Single(rig.Place.Puts);
    }

    [Fact]
    public async Task A_worker_that_is_told_to_end_finishes_its_job_first()
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        using var worker = Console.Start(rig);
        var id = await rig.RunAsync(rig.Input());
        await RunPodRig.UntilAsync(async () => (await rig.StatusAsync(id)).GetProperty("status").GetString() == "IN_PROGRESS");
        Assert.Equal(0, await worker.TerminateAsync());
        Assert.Equal("COMPLETED", (await rig.StatusAsync(id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_job_whose_worker_is_killed_is_taken_up_by_another()
    {
        var clock = new ManualClock();
        await using var rig = await RunPodRig.StartAsync(clock, workers: 0);
        string id;
        using (Console.Start(rig))
        {
            id = await LongJobAsync(rig);
        }

        rig.Place.Files["/in.mp4"] = await ClipMaker.QuadrantsAsync();
        await RunPodRig.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return (await rig.StatusAsync(id)).GetProperty("status").GetString() == "IN_QUEUE";
        });
        using var second = Console.Start(rig);
        await rig.UntilAsync(id, "COMPLETED");
        Assert.Equal(1, (await rig.StatusAsync(id)).GetProperty("retries").GetInt32());
    }

    [Theory]
    [InlineData("GET", "job-take/w")]
    [InlineData("GET", "job-stop/w")]
    [InlineData("GET", "ping/w")]
    [InlineData("POST", "job-done/w/j")]
    public async Task A_worker_without_the_key_gets_nothing(string method, string path)
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        using var stranger = new HttpClient { BaseAddress = rig.Api.BaseAddress };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await stranger.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_result_for_a_job_of_another_worker_changes_nothing()
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        var id = await rig.RunAsync();
        using (var taken = await rig.Api.GetAsync("job-take/one?job_in_progress=0"))
        {
            Assert.Equal(id, JsonDocument.Parse(await taken.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString());
        }

        async Task<int> DoneAsync(string worker, string body)
        {
            using var answer = await rig.Api.PostAsync($"job-done/{worker}/{id}?isStream=false", new StringContent(body));
            return (int)answer.StatusCode;
        }

        Assert.Equal(404, await DoneAsync("two", """{"output":{"x":1}}"""));
        Assert.Equal(400, await DoneAsync("one", "no JSON"));
        Assert.Equal("IN_PROGRESS", (await rig.StatusAsync(id)).GetProperty("status").GetString());
        Assert.Equal(200, await DoneAsync("one", """{"output":{"x":1}}"""));
        Assert.Equal("COMPLETED", (await rig.StatusAsync(id)).GetProperty("status").GetString());
        Assert.Equal(404, await DoneAsync("one", """{"status":"IN_PROGRESS","output":{"progress":50}}"""));
        Assert.Equal("COMPLETED", (await rig.StatusAsync(id)).GetProperty("status").GetString());
    }

    private static async Task<string> LongJobAsync(RunPodRig rig)
    {
        rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
            "long.mp4", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=120", "-c:v", "libx264", "-preset", "ultrafast");
        var id = await rig.RunAsync(rig.Input(new { target_resolution = "2160p", max_duration_s = 120 }));
        await RunPodRig.UntilAsync(async () => (await rig.StatusAsync(id)).TryGetProperty("output", out _));
        return id;
    }

    /// <summary>The worker in a process of its own; disposing kills it.</summary>
    private sealed class Console(TestProcess started) : IDisposable
    {
        public const string Id = "outside1";

        public static Console Start(RunPodRig rig)
        {
            var api = rig.Api.BaseAddress!.ToString().TrimEnd('/');
            var start = new ProcessStartInfo("dotnet", [typeof(Manifest).Assembly.Location])
            {
                RedirectStandardOutput = true,
                Environment =
                {
                    ["RUNPOD_WEBHOOK_GET_JOB"] = $"{api}/job-take/$ID?gpu=none",
                    ["RUNPOD_WEBHOOK_POST_OUTPUT"] = $"{api}/job-done/$RUNPOD_POD_ID/$ID?gpu=none",
                    ["RUNPOD_WEBHOOK_PING"] = $"{api}/ping/$RUNPOD_POD_ID",
                    ["RUNPOD_PING_INTERVAL"] = "1000",
                    ["RUNPOD_AI_API_KEY"] = "rp_local",
                    ["RUNPOD_POD_ID"] = Id,
                    ["WORKER_DIRECTORY"] = Path.Combine(rig.DataDirectory, "outside"),
                },
            };
            var started = TestProcess.Start(start);
            _ = started.Process.StandardOutput.ReadToEndAsync();
            return new Console(started);
        }

        /// <summary>Tells it to end, as RunPod does.</summary>
        /// <returns>Its exit code.</returns>
        public async Task<int> TerminateAsync()
        {
            using var kill = Process.Start("kill", ["-TERM", $"{started.Process.Id}"]);
            await started.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
            return started.Process.ExitCode;
        }

        public void Dispose()
        {
            if (!started.Process.HasExited)
            {
                started.Process.Kill(entireProcessTree: true);
            }

            started.Dispose();
        }
    }
}
