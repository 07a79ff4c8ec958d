using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.Storage.V1;

namespace ReelBallers.Benchmarks;

/// <summary>How a job arrived at RunPod.</summary>
/// <param name="Timestamp">When, by <see cref="Stopwatch"/>.</param>
/// <param name="RunPodId">The run's id.</param>
/// <param name="Webhook">The path and query that RunPod calls back.</param>
public sealed record JobSubmission(long Timestamp, string RunPodId, string Webhook);

/// <summary>What Jobs calls, as fast as possible: a RunPod that accepts every job and runs none, and a Storage that signs.</summary>
public sealed class JobsClouds : IAsyncDisposable
{
    private readonly WebApplication _runPod;
    private readonly WebApplication _storage;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<JobSubmission>> _submissions;
    private readonly ConcurrentDictionary<string, string> _statuses;

    private JobsClouds(
        WebApplication runPod, WebApplication storage, ConcurrentDictionary<Guid, TaskCompletionSource<JobSubmission>> submissions,
        ConcurrentDictionary<string, string> statuses) =>
        (_runPod, _storage, _submissions, _statuses) = (runPod, storage, submissions, statuses);

    public Uri RunPodUrl => new(new Uri(_runPod.Urls.Single()), "/v2");

    public Uri StorageUrl => new(_storage.Urls.Single());

    public static async Task<JobsClouds> StartAsync(CancellationToken cancellationToken)
    {
        var submissions = new ConcurrentDictionary<Guid, TaskCompletionSource<JobSubmission>>();
        var statuses = new ConcurrentDictionary<string, string>();
        var runPod = Build(HttpProtocols.Http1, _ => { });
        runPod.MapPost("/v2/{endpoint}/run", async (HttpRequest request) =>
        {
            var now = Stopwatch.GetTimestamp();
            var body = await System.Text.Json.JsonDocument.ParseAsync(request.Body);
            var webhook = new Uri(body.RootElement.GetProperty("webhook").GetString()!);
            var jobId = Guid.Parse(webhook.Segments[^1]);
            var id = $"{jobId}-b1";
            Arrival(submissions, jobId).TrySetResult(new JobSubmission(now, id, webhook.PathAndQuery));
            return Results.Json(new { id, status = "IN_QUEUE" });
        });
        runPod.MapGet("/v2/{endpoint}/status/{id}", (string id) =>
            Results.Json(new { id, status = statuses.GetValueOrDefault(id, "IN_QUEUE") }));
        runPod.MapGet("/v2/{endpoint}/health", () => Results.Json(new
        {
            jobs = new { inQueue = 0, inProgress = 0, completed = 0 },
            workers = new { idle = 1 },
        }));
        await runPod.StartAsync(cancellationToken);
        var storage = Build(HttpProtocols.Http2, services => services.AddGrpc());
        storage.MapGrpcService<SigningStorage>();
        await storage.StartAsync(cancellationToken);
        return new JobsClouds(runPod, storage, submissions, statuses);
    }

    /// <summary>Ends when this job is submitted, or was.</summary>
    public Task<JobSubmission> SubmissionAsync(Guid jobId) => Arrival(_submissions, jobId).Task;

    /// <summary>What the status of this run is from now on.</summary>
    public void SetStatus(string runPodId, string status) => _statuses[runPodId] = status;

    public async ValueTask DisposeAsync()
    {
        await _runPod.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private static TaskCompletionSource<JobSubmission> Arrival(
        ConcurrentDictionary<Guid, TaskCompletionSource<JobSubmission>> submissions, Guid jobId) =>
        submissions.GetOrAdd(jobId, _ => new TaskCompletionSource<JobSubmission>(TaskCreationOptions.RunContinuationsAsynchronously));

    private static WebApplication Build(HttpProtocols protocols, Action<IServiceCollection> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class SigningStorage : StorageService.StorageServiceBase
    {
        public override Task<GetUploadResponse> GetUpload(GetUploadRequest request, ServerCallContext context) =>
            Task.FromResult(new GetUploadResponse
            {
                Key = request.Key,
                ContentType = "video/mp4",
                SizeBytes = 1_000_000,
                Video = new VideoFacts { Container = "mp4", DurationMs = 5_000, Width = 1920, Height = 1080, FrameRate = 30 },
            });

        public override Task<SignWorkResponse> SignWork(SignWorkRequest request, ServerCallContext context) =>
            Task.FromResult(new SignWorkResponse
            {
                SourceUrl = "https://storage.test/source",
                SourceEtag = "\"etag\"",
                OutputBucket = "bucket",
                OutputKey = "output",
                OutputUrl = "https://storage.test/output",
                ManifestUrl = "https://storage.test/manifest",
            });

        public override Task<ReadOutputResponse> ReadOutput(ReadOutputRequest request, ServerCallContext context) =>
            Task.FromResult(new ReadOutputResponse { Found = false });
    }
}
