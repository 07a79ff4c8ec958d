using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>RunPod's API over real HTTP, with responses set by the test.</summary>
public sealed class ScriptedRunPod : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _runs;
    private int _healthReads;

    private ScriptedRunPod(WebApplication app) => _app = app;

    public Uri Url => new(new Uri(_app.Urls.Single()), "/v2");

    /// <summary>The number of calls of /run.</summary>
    public int Runs => _runs;

    /// <summary>Answers /run; null accepts the job.</summary>
    public Func<HttpContext, ScriptedJob, Task>? OnRun { get; set; }

    public ConcurrentDictionary<string, ScriptedJob> Jobs { get; } = new();

    /// <summary>The jobs in the queue and in progress that the endpoint reports; null counts them.</summary>
    public (int InQueue, int InProgress)? Health { get; set; }

    /// <summary>The workers that an endpoint reports; one idle worker where none are set.</summary>
    public ConcurrentDictionary<string, object> Workers { get; } = new();

    /// <summary>How often an endpoint's health was read.</summary>
    public int HealthReads => _healthReads;

    public static async Task<ScriptedRunPod> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var runPod = new ScriptedRunPod(app);
        app.MapPost("/v2/{endpoint}/run", runPod.RunAsync);
        app.MapGet("/v2/{endpoint}/status/{id}", runPod.StatusAsync);
        app.MapPost("/v2/{endpoint}/cancel/{id}", runPod.Cancel);
        app.MapGet("/v2/{endpoint}/health", (string endpoint) =>
        {
            Interlocked.Increment(ref runPod._healthReads);
            var jobs = runPod.Jobs.Values.Where(job => job.EndpointId == endpoint).ToList();
            var (inQueue, inProgress) = runPod.Health
                ?? (jobs.Count(job => job.Status == "IN_QUEUE"), jobs.Count(job => job.Status == "IN_PROGRESS"));
            return Results.Json(new
            {
                jobs = new { inQueue, inProgress, completed = 1 },
                workers = runPod.Workers.GetValueOrDefault(endpoint) ?? new { idle = 1 },
            });
        });
        await app.StartAsync();
        return runPod;
    }

    public IReadOnlyList<ScriptedJob> JobsOf(Guid jobId) => [.. Jobs.Values.Where(job => job.JobId == jobId)];

    /// <summary>Stores the job as accepted.</summary>
    public void Take(ScriptedJob job) => Jobs[job.Id] = job;

    public static Task AcceptAsync(HttpContext context, ScriptedJob job) =>
        context.Response.WriteAsJsonAsync(new { id = job.Id, status = "IN_QUEUE" });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task RunAsync(HttpContext context)
    {
        Interlocked.Increment(ref _runs);
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var job = new ScriptedJob(body.RootElement.Clone(), context.Request.Headers.Authorization.ToString())
        {
            EndpointId = (string)context.Request.RouteValues["endpoint"]!,
        };
        if (OnRun is { } script)
        {
            await script(context, job);
            return;
        }
        Take(job);
        await AcceptAsync(context, job);
    }

    private async Task StatusAsync(HttpContext context, string id)
    {
        if (!Jobs.TryGetValue(id, out var job) || job.Forgotten)
        {
            context.Response.StatusCode = 404;
            return;
        }
        Interlocked.Increment(ref job.Reads);
        while (job.HoldsStatus)
        {
            await Task.Delay(20, context.RequestAborted);
        }
        if (job.StatusCode != 200)
        {
            context.Response.StatusCode = job.StatusCode;
            return;
        }
        await context.Response.WriteAsJsonAsync(new
        {
            id,
            status = job.Status,
            output = job.Output,
            error = job.Error,
            executionTime = job.ExecutionTime,
            workerId = job.WorkerId,
        });
    }

    private IResult Cancel(string id)
    {
        if (!Jobs.TryGetValue(id, out var job))
        {
            return Results.NotFound();
        }
        Interlocked.Increment(ref job.Cancels);
        if (job.CancelStatusCode != 200)
        {
            return Results.StatusCode(job.CancelStatusCode);
        }
        job.Cancelled = true;
        return Results.Json(new { id, status = "CANCELLED" });
    }
}

/// <summary>A job at RunPod.</summary>
public sealed class ScriptedJob(JsonElement request, string authorization)
{
    public const int OutputBytes = 4321;

    private static readonly HttpClient Worker = new();

    public int Reads;
    public int Cancels;

    public string EndpointId { get; init; } = "local";

    public string Id { get; } = $"{Guid.NewGuid()}-u1";

    public string Authorization => authorization;

    public JsonElement Request => request;

    public JsonElement Input => request.GetProperty("input");

    public Uri Webhook => new(request.GetProperty("webhook").GetString()!);

    public Guid JobId => Guid.Parse(Webhook.Segments[^1]);

    public string Status { get; set; } = "IN_QUEUE";

    public object? Output { get; set; }

    public string? Error { get; set; } = "the source is not a video";

    public int StatusCode { get; set; } = 200;

    public int CancelStatusCode { get; set; } = 200;

    public long? ExecutionTime { get; set; }

    public string? WorkerId { get; set; }

    public bool Forgotten { get; set; }

    /// <summary>Status requests wait while this is set.</summary>
    public bool HoldsStatus { get; set; }

    public bool Cancelled { get; set; }

    /// <summary>Uploads the output and its manifest, and is completed from then on.</summary>
    public async Task DeliverAsync(object? manifest = null)
    {
        await PutOutputAsync(manifest);
        Status = "COMPLETED";
    }

    /// <summary>Uploads the output and its manifest, as the worker would; with other fields in their place.</summary>
    public async Task PutOutputAsync(object? manifest = null)
    {
        await PutAsync("output_url", SampleBytes.Mp4(OutputBytes), "video/mp4");
        await PutManifestAsync(manifest ?? new { });
    }

    /// <summary>Uploads a manifest of the output, with other fields in their place.</summary>
    public Task PutManifestAsync(object fields)
    {
        var manifest = new JsonObject
        {
            ["output_key"] = Input.GetProperty("output_key").GetString(),
            ["size_bytes"] = OutputBytes,
            ["content_type"] = "video/mp4",
            ["duration_s"] = Input.GetProperty("max_duration_s").GetInt32(),
        };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(fields)!.AsObject().ToArray())
        {
            manifest[name] = value?.DeepClone();
        }
        return PutAsync("manifest_url", Encoding.UTF8.GetBytes(manifest.ToJsonString()), "application/json");
    }

    /// <summary>Uploads something to one of the links of the job.</summary>
    public async Task PutAsync(
        string link, byte[] content, string contentType, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Put, Input.GetProperty(link).GetString()) { Content = body };
        request.Headers.IfNoneMatch.Add(System.Net.Http.Headers.EntityTagHeaderValue.Any);
        using var response = await Worker.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }
}
