using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// A job's changes as server-sent events. An event's id is the job's version, so a client that reconnects with
/// <c>Last-Event-ID</c> receives no event twice.
/// </summary>
internal sealed class JobEventStream(Guid userId, Guid jobId, HttpContext context)
{
    // Also how late a change is seen whose notification was lost.
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    private readonly IServiceProvider _services = context.RequestServices;

    public static Task<IResult> StreamAsync(string jobId, Caller caller, HttpContext context) => JobIds.TryParse(jobId, out var id)
        ? new JobEventStream(caller.UserId, id, context).OpenAsync()
        : Task.FromResult(JobsApi.JobNotFound());

    private async Task<IResult> OpenAsync()
    {
        if (await ReadAsync(context.RequestAborted) is not { } job)
        {
            return JobsApi.JobNotFound();
        }
        var seen = SeenVersion(job);
        if (job.Status.IsFinal() && seen == job.Version)
        {
            // 204 tells an EventSource not to reconnect.
            return Results.NoContent();
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, _services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        try
        {
            await WriteAllAsync(seen, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client disconnected, or the service stops and the client reconnects to another replica.
        }
        return Results.Empty;
    }

    private async Task WriteAllAsync(long seen, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await context.Response.StartAsync(cancellationToken);
        var time = _services.GetRequiredService<TimeProvider>();
        // Subscribed before the first read, so that no change is missed in between.
        using var subscription = _services.GetRequiredService<JobChangeListener>().Subscribe(jobId);
        while (true)
        {
            if (await ReadAsync(cancellationToken) is not { } job)
            {
                return;
            }
            if (job.Version > seen)
            {
                seen = job.Version;
                await WriteAsync(job, cancellationToken);
            }
            if (job.Status.IsFinal())
            {
                return;
            }
            if (!await subscription.WaitAsync(HeartbeatInterval, time, cancellationToken))
            {
                await context.Response.BodyWriter.WriteAsync(": \n\n"u8.ToArray(), cancellationToken);
            }
        }
    }

    private Task<Job?> ReadAsync(CancellationToken cancellationToken) =>
        _services.GetRequiredService<JobQueries>().FindAsync(userId, jobId, cancellationToken);

    /// <summary>The last version that the client received; 0 when it sends none, or one that this job never had.</summary>
    private long SeenVersion(Job job) =>
        long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && version <= job.Version
            ? version
            : 0;

    private async Task WriteAsync(Job job, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            job.ToView(), _services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
        var writer = context.Response.BodyWriter;
        writer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {job.Version}\nevent: status\ndata: ")));
        writer.Write(json);
        writer.Write("\n\n"u8);
        await writer.FlushAsync(cancellationToken);
    }
}
