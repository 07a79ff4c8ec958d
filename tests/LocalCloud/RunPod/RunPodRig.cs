using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using ReelBallers.LocalCloud.Faults;
using ReelBallers.LocalCloud.RunPod;
using ReelBallers.Worker.Tests;

namespace ReelBallers.LocalCloud.Tests.RunPod;

/// <summary>An offline RunPod on a free port, with a place for its files.</summary>
internal sealed class RunPodRig : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly LocalCloudOptions _options;
    private WebApplication _app;

    private RunPodRig(LocalCloudOptions options, FilePlace place)
    {
        _options = options;
        Place = place;
        _app = RunPodCloud.Build(options, Faults);
    }

    public FaultStore Faults { get; } = new();

    public FilePlace Place { get; }

    public HttpClient Api { get; private set; } = null!;

    public string DataDirectory => _options.DataDirectory;

    public static async Task<RunPodRig> StartAsync(TimeProvider? time = null, int workers = 1, string? dataDirectory = null,
        string? ffmpeg = null)
    {
        var rig = new RunPodRig(
            new LocalCloudOptions
            {
                RunPodPort = 0,
                RunPodWorkers = workers,
                DataDirectory = dataDirectory ?? Directory.CreateTempSubdirectory("runpod-").FullName,
                FfmpegPath = ffmpeg,
                Time = time ?? TimeProvider.System,
            },
            await FilePlace.StartAsync());
        rig.Place.Files["/in.mp4"] = await ClipMaker.QuadrantsAsync();
        await rig.StartCloudAsync();
        return rig;
    }

    public async Task RestartAsync()
    {
        await StopCloudAsync();
        _app = RunPodCloud.Build(_options, Faults);
        await StartCloudAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopCloudAsync();
        await Place.DisposeAsync();
        Directory.Delete(_options.DataDirectory, recursive: true);
    }

    /// <summary>The least that a worker needs, with more fields or others in their place.</summary>
    public JsonObject Input(object? more = null)
    {
        var input = new JsonObject
        {
            ["source_url"] = Place.Url("/in.mp4?signature=secret"),
            ["output_bucket"] = "reelballers-videos",
            ["output_key"] = "u/output/j.mp4",
            ["output_url"] = Place.Url("/out.mp4?signature=secret"),
            ["target_resolution"] = "720p",
            ["max_duration_s"] = 2,
        };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(more ?? new { })!.AsObject().ToArray())
        {
            input[name] = value?.DeepClone();
        }

        return input;
    }

    public async Task<string> RunAsync(JsonObject? input = null, string? webhook = null, object? policy = null, string operation = "run")
    {
        using var answer = await Api.PostAsJsonAsync(operation, new { input = input ?? Input(), webhook, policy });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return body.GetProperty("id").GetString()!;
    }

    public string Webhook(string name = "/hook") => Place.Url($"{name}?token=secret");

    public async Task<JsonElement> StatusAsync(string id)
    {
        using var answer = await Api.GetAsync($"status/{id}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<HttpStatusCode> StatusCodeAsync(string id)
    {
        using var answer = await Api.GetAsync($"status/{id}");
        return answer.StatusCode;
    }

    /// <summary>Waits for a status; fails when the job ends in another.</summary>
    public async Task<JsonElement> UntilAsync(string id, string status)
    {
        JsonElement job = default;
        await UntilAsync(async () =>
        {
            job = await StatusAsync(id);
            var now = job.GetProperty("status").GetString();
            Assert.True(now == status || now is not ("COMPLETED" or "FAILED" or "CANCELLED" or "TIMED_OUT"), job.ToString());
            return now == status;
        });
        return job;
    }

    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        while (!await holds())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    public async Task<JsonElement[]> CallbacksAsync(int count)
    {
        await UntilAsync(() => Place.Callbacks.Count >= count);
        return [.. Place.Callbacks.Select(callback => JsonSerializer.Deserialize<JsonElement>(callback.Body))];
    }

    /// <summary>Runs an input to its end and gives its error.</summary>
    public async Task<string> ErrorOfAsync(JsonObject input)
    {
        var job = await UntilAsync(await RunAsync(input), "FAILED");
        return job.GetProperty("error").GetString()!;
    }

    public Fault Fault(FaultKind kind, string match = "POST /v2/local/run", int? times = null, int? delayMs = null) =>
        Faults.Add(new FaultRequest(CloudName.RunPod, kind, match, Times: times, DelayMs: delayMs));

    private async Task StartCloudAsync()
    {
        await _app.StartAsync();
        Api = new HttpClient { BaseAddress = new Uri(_app.Urls.First() + "/v2/local/") };
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "rp_local");
    }

    private async Task StopCloudAsync()
    {
        Api.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
