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

/// <summary>What Jobs calls, as fast as possible: a RunPod that accepts every job and runs none, and a Storage that signs.</summary>
public sealed class JobsClouds : IAsyncDisposable
{
    private readonly WebApplication _runPod;
    private readonly WebApplication _storage;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<long>> _expected;

    private JobsClouds(WebApplication runPod, WebApplication storage, ConcurrentDictionary<Guid, TaskCompletionSource<long>> expected) =>
        (_runPod, _storage, _expected) = (runPod, storage, expected);

    public Uri RunPodUrl => new(new Uri(_runPod.Urls.Single()), "/v2");

    public Uri StorageUrl => new(_storage.Urls.Single());

    public static async Task<JobsClouds> StartAsync(CancellationToken cancellationToken)
    {
        var expected = new ConcurrentDictionary<Guid, TaskCompletionSource<long>>();
        var runPod = Build(HttpProtocols.Http1, _ => { });
        runPod.MapPost("/v2/{endpoint}/run", async (HttpRequest request) =>
        {
            var now = Stopwatch.GetTimestamp();
            var body = await System.Text.Json.JsonDocument.ParseAsync(request.Body);
            var jobId = Guid.Parse(new Uri(body.RootElement.GetProperty("webhook").GetString()!).Segments[^1]);
            if (expected.TryRemove(jobId, out var arrival))
            {
                arrival.TrySetResult(now);
            }
            return Results.Json(new { id = $"{jobId}-b1", status = "IN_QUEUE" });
        });
        runPod.MapGet("/v2/{endpoint}/status/{id}", (string id) => Results.Json(new { id, status = "IN_QUEUE" }));
        runPod.MapGet("/v2/{endpoint}/health", () => Results.Json(new
        {
            jobs = new { inQueue = 0, inProgress = 0, completed = 0 },
            workers = new { idle = 1 },
        }));
        await runPod.StartAsync(cancellationToken);
        var storage = Build(HttpProtocols.Http2, services => services.AddGrpc());
        storage.MapGrpcService<SigningStorage>();
        await storage.StartAsync(cancellationToken);
        return new JobsClouds(runPod, storage, expected);
    }

    /// <summary>The timestamp at which this job will be submitted.</summary>
    public Task<long> SubmissionAsync(Guid jobId)
    {
        var arrival = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _expected[jobId] = arrival;
        return arrival.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _runPod.DisposeAsync();
        await _storage.DisposeAsync();
    }

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
