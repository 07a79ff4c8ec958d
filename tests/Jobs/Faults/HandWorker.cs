using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A worker outside LocalCloud that takes a job when the test says so, by RunPod's worker protocol.</summary>
internal sealed class HandWorker : IDisposable
{
    private const string Id = "hand-worker";

    // RunPod gives the job of a worker that it has not heard of for a while to another.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client;

    public HandWorker(Uri runPodUrl)
    {
        _client = new HttpClient { BaseAddress = new Uri(runPodUrl, "/v2/local/") };
        _client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "rp_local");
    }

    /// <summary>The next job of the queue.</summary>
    public async Task<(string RunPodId, JsonElement Input)> TakeAsync()
    {
        using var answer = await _client.GetAsync($"job-take/{Id}");
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        var job = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (job.GetProperty("id").GetString()!, job.GetProperty("input"));
    }

    /// <summary>Does the work with the worker's own program, which uploads the result, and reports its manifest.</summary>
    public async Task DeliverAsync(string runPodId, JsonElement input)
    {
        var work = Npm.RunAsync(
            AppContext.BaseDirectory, "dotnet", ["Worker.dll", "--test_input", JsonSerializer.Serialize(new { input })]);
        while (await Task.WhenAny(work, Task.Delay(PingInterval)) != work)
        {
            using (await _client.GetAsync($"ping/{Id}?job_id={runPodId}"))
            {
            }
        }
        var manifest = (await work).Split('\n').Last(line => line.StartsWith('{'));
        using var answer = await _client.PostAsJsonAsync(
            $"job-done/{Id}/{runPodId}", new { output = JsonDocument.Parse(manifest).RootElement });
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _client.Dispose();
}
