using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Worker.Tests;

namespace ReelBallers.LocalCloud.Tests.RunPod;

public sealed class RunPodProcessTests
{
    private static readonly TimeSpan MuchLessThanTheJob = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_kill_of_the_process_takes_its_ffmpeg_along_and_the_next_process_takes_the_job_up()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/setpriv"))
        {
            return;
        }

        await using var rig = await RunPodRig.StartAsync();
        rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
            "long.mp4", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=120", "-c:v", "libx264", "-preset", "ultrafast");
        var data = Directory.CreateTempSubdirectory("runpod-").FullName;
        try
        {
            string id;
            using (var first = await Cloud.StartAsync(data))
            {
                using var answer = await first.Api.PostAsJsonAsync("run",
                    new { input = rig.Input(new { target_resolution = "2160p", max_duration_s = 120 }) });
                id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
                await RunPodRig.UntilAsync(() => File.Exists(Path.Combine(data, "runpod", "work", id, "result.mp4")));
                Assert.NotEmpty(RunPodJobTests.ProcessesIn(data));
            }

            await RunPodRig.UntilAsync(() => Task.FromResult(RunPodJobTests.ProcessesIn(data).Length == 0), MuchLessThanTheJob);
            using var second = await Cloud.StartAsync(data);
            await RunPodRig.UntilAsync(() => RunPodJobTests.ProcessesIn(data).Length > 0);
            Assert.Equal(1, (await second.Api.GetFromJsonAsync<JsonElement>($"status/{id}")).GetProperty("retries").GetInt32());
            (await second.Api.PostAsync($"cancel/{id}", null)).Dispose();
            await RunPodRig.UntilAsync(() => RunPodJobTests.ProcessesIn(data).Length == 0);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>LocalCloud in a process of its own; disposing kills it.</summary>
    private sealed class Cloud(ServiceProcess started, HttpClient api) : IDisposable
    {
        public HttpClient Api => api;

        public static async Task<Cloud> StartAsync(string data)
        {
            var port = TestPort.Take();
            var started = await ServiceProcess.StartCloudAsync(TestClouds.OnFreePorts(data) with { RunPodPort = port });
            var api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/v2/local/") };
            api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "rp_local");
            return new Cloud(started, api);
        }

        public void Dispose()
        {
            started.Dispose();
            api.Dispose();
        }
    }
}
