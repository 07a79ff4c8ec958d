using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>The Storage service's side of its contract over real gRPC, with an outage at the test's word.</summary>
public sealed class ScriptedStorage : StorageService.StorageServiceBase, IAsyncDisposable
{
    private WebApplication? _app;

    public Uri Url => new(_app!.Urls.Single());

    public bool IsDown { get; set; }

    /// <summary>Where the links lead.</summary>
    public Uri Links { get; set; } = new("https://r2.test/");

    public ConcurrentDictionary<string, long> Uploads { get; } = new();

    public ConcurrentDictionary<string, long> Outputs { get; } = new();

    public static async Task<ScriptedStorage> StartAsync()
    {
        var storage = new ScriptedStorage();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(storage);
        var app = builder.Build();
        app.MapGrpcService<ScriptedStorage>();
        await app.StartAsync();
        storage._app = app;
        return storage;
    }

    public string AddUpload(Guid userId)
    {
        var key = $"{userId}/input/{Guid.NewGuid()}.mp4";
        Uploads[key] = 1000;
        return key;
    }

    public void PutOutput(Guid userId, Guid jobId) => Outputs[OutputKey(userId.ToString(), jobId.ToString())] = 4321;

    public override Task<GetUploadResponse> GetUpload(GetUploadRequest request, ServerCallContext context)
    {
        Check();
        return Uploads.TryGetValue(request.Key, out var size) && request.Key.StartsWith(request.UserId + "/", StringComparison.Ordinal)
            ? Task.FromResult(new GetUploadResponse { Key = request.Key, ContentType = "video/mp4", SizeBytes = size })
            : throw RpcErrors.Refuse(StatusCode.NotFound, "upload_not_found", "none");
    }

    public override async Task<SignWorkResponse> SignWork(SignWorkRequest request, ServerCallContext context)
    {
        await GetUpload(new GetUploadRequest { UserId = request.UserId, Key = request.SourceKey }, context);
        var key = OutputKey(request.UserId, request.JobId);
        return new SignWorkResponse
        {
            SourceUrl = $"{Links}{request.SourceKey}?lifetime={request.LifetimeSeconds}",
            OutputUrl = $"{Links}{key}?signed",
            OutputBucket = "bucket",
            OutputKey = key,
        };
    }

    public override Task<HeadOutputResponse> HeadOutput(HeadOutputRequest request, ServerCallContext context)
    {
        Check();
        var key = OutputKey(request.UserId, request.JobId);
        return Task.FromResult(Outputs.TryGetValue(key, out var size)
            ? new HeadOutputResponse { Found = true, Key = key, SizeBytes = size }
            : new HeadOutputResponse());
    }

    public override Task<SignDownloadResponse> SignDownload(SignDownloadRequest request, ServerCallContext context)
    {
        Check();
        var key = OutputKey(request.UserId, request.JobId);
        return Outputs.ContainsKey(key)
            ? Task.FromResult(new SignDownloadResponse
            {
                Url = $"{Links}{key}?download",
                ExpiresAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(1)),
                Filename = request.Filename,
            })
            : throw RpcErrors.Refuse(StatusCode.NotFound, "output_not_found", "none");
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    private static string OutputKey(string userId, string jobId) => $"{userId}/output/{jobId}.mp4";

    private void Check()
    {
        if (IsDown)
        {
            throw RpcErrors.Refuse(StatusCode.Unavailable, "storage_unavailable", "down");
        }
    }
}
