using System.Net;
using System.Text.Json;

namespace ReelBallers.LocalCloud.Tests.RunPod;

/// <summary>The parts of the worker protocol that the worker of this project does not need: batches and streams.</summary>
public sealed class WorkerProtocolTests
{
    [Fact]
    public async Task A_batch_takes_what_waits_and_no_more_than_was_asked_for()
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await rig.RunAsync());
        }

        (await rig.Api.PostAsync($"cancel/{ids[1]}", null)).Dispose();
        Assert.Equal([ids[0], ids[2]], await BatchAsync(rig, 2));
        Assert.Equal([ids[3]], await BatchAsync(rig, 5));
        Assert.Equal("IN_PROGRESS", (await rig.StatusAsync(ids[3])).GetProperty("status").GetString());
        foreach (var id in new[] { ids[0], ids[2], ids[3] })
        {
            Assert.Equal(HttpStatusCode.OK, await PostAsync(rig, $"job-done/w/{id}?isStream=false", """{"output":{"x":1}}"""));
            Assert.Equal("COMPLETED", (await rig.StatusAsync(id)).GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task What_a_worker_streams_is_read_once_and_in_order_also_after_the_end()
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        var id = await rig.RunAsync();
        Assert.Equal([id], await BatchAsync(rig, 1));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(rig, $"job-stream/w/{id}", """{"output":"a"}"""));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(rig, $"job-stream/w/{id}", """{"output":{"b":1}}"""));
        Assert.Equal("""{"status":"IN_PROGRESS","stream":[{"output":"a"},{"output":{"b":1}}]}""", await StreamAsync(rig, id));
        Assert.Equal("""{"status":"IN_PROGRESS","stream":[]}""", await StreamAsync(rig, id));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(rig, $"job-stream/w/{id}", """{"error":"c"}"""));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(rig, $"job-done/w/{id}?isStream=true", """{"output":[]}"""));
        Assert.Equal("""{"status":"COMPLETED","stream":[{"error":"c"}]}""", await StreamAsync(rig, id));
        Assert.Equal("""{"status":"COMPLETED","stream":[]}""", await StreamAsync(rig, id));
    }

    [Fact]
    public async Task A_stream_of_another_worker_or_of_something_else_is_rejected()
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        var id = await rig.RunAsync();
        Assert.Equal([id], await BatchAsync(rig, 1));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(rig, $"job-stream/other/{id}", """{"output":"a"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(rig, $"job-stream/w/{id}", "no JSON"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(rig, $"job-stream/w/{id}", """{"x":1}"""));
        var large = $$"""{"output":"{{new string('a', 1024 * 1024)}}"}""";
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(rig, $"job-stream/w/{id}", large));
        Assert.Equal("""{"status":"IN_PROGRESS","stream":[]}""", await StreamAsync(rig, id));
        using var unknown = await rig.Api.GetAsync("stream/unknown");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("job-take-batch/w?batch_size=2", "GET")]
    [InlineData("job-stream/w/j", "POST")]
    [InlineData("stream/j", "GET")]
    [InlineData("status-sync/j", "GET")]
    public async Task A_caller_without_the_key_gets_nothing(string path, string method)
    {
        await using var rig = await RunPodRig.StartAsync(workers: 0);
        using var stranger = new HttpClient { BaseAddress = rig.Api.BaseAddress };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await stranger.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<string?[]> BatchAsync(RunPodRig rig, int size)
    {
        using var answer = await rig.Api.GetAsync($"job-take-batch/w?batch_size={size}&job_in_progress=0");
        var jobs = JsonSerializer.Deserialize<JsonElement[]>(await answer.Content.ReadAsStringAsync())!;
        Assert.All(jobs, job => Assert.Equal(JsonValueKind.Object, job.GetProperty("input").ValueKind));
        return [.. jobs.Select(job => job.GetProperty("id").GetString())];
    }

    private static async Task<HttpStatusCode> PostAsync(RunPodRig rig, string path, string body)
    {
        using var answer = await rig.Api.PostAsync(path, new StringContent(body));
        return answer.StatusCode;
    }

    private static Task<string> StreamAsync(RunPodRig rig, string id) => rig.Api.GetStringAsync($"stream/{id}");
}
