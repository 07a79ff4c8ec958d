using System.Globalization;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// A job's changes as server-sent events. An event's id is the job's version, so a client that reconnects with
/// <c>Last-Event-ID</c> receives no event twice.
/// </summary>
internal sealed class JobEventStream(Guid userId, Guid jobId, HttpContext context)
{
    // All streams of a replica learn at the same moment that they may have missed a change.
    private static readonly TimeSpan MaxSpread = TimeSpan.FromSeconds(5);

    // Below the interval of the heartbeats.
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxOutage = TimeSpan.FromMinutes(5);

    public static Task<IResult> StreamAsync(string jobId, Caller caller, HttpContext context) => JobIds.TryParse(jobId, out var id)
        ? EventStreamWriter.RunAsync(context, new JobEventStream(caller.UserId, id, context).WriteAsync)
        : Task.FromResult(JobsApi.JobNotFound());

    private async Task<IResult> WriteAsync(EventStreamWriter stream)
    {
        if (await ReadAsync(stream.Stopping) is not { } job)
        {
            return JobsApi.JobNotFound();
        }
        var seen = SeenVersion(job);
        if (job.Status.IsFinal() && seen == job.Version)
        {
            // 204 tells an EventSource not to reconnect.
            return Results.NoContent();
        }
        await stream.StartAsync();
        await WriteChangesAsync(stream, seen);
        return Results.Empty;
    }

    private async Task WriteChangesAsync(EventStreamWriter stream, long seen)
    {
        // Subscribed before the first read, so that no change is missed in between.
        using var subscription = context.RequestServices.GetRequiredService<JobChangeListener>().Subscribe(jobId);
        while (await ReadPatientlyAsync(stream) is { } job)
        {
            if (job.Version > seen)
            {
                seen = job.Version;
                stream.Append(seen.ToString(CultureInfo.InvariantCulture), "status", await ViewAsync(job, stream.Stopping));
                await stream.FlushAsync();
            }
            if (job.Status.IsFinal())
            {
                return;
            }
            await NextAsync(stream, subscription);
        }
    }

    private async Task<JobView> ViewAsync(JobSummary job, CancellationToken cancellationToken)
    {
        var outlooks = context.RequestServices.GetRequiredService<JobOutlooks>();
        try
        {
            return job.ToView(await outlooks.EstimateAsync(job, cancellationToken));
        }
        catch (Exception exception) when (Outages.IsOutage(exception, cancellationToken))
        {
            // The change itself is known.
            return job.ToView();
        }
    }

    private static async Task NextAsync(EventStreamWriter stream, JobSubscription subscription)
    {
        bool? hasChanged = null;
        while (hasChanged is null)
        {
            hasChanged = await stream.NextAsync(subscription.Changes);
        }
        if (hasChanged == false)
        {
            await subscription.Changes.TakeAsync(JobsOptions.FullJitter(MaxSpread), stream.Stopping);
        }
    }

    /// <summary>
    /// The job; null when there is none, or when the database has been unavailable for so long that the client should connect
    /// to another replica.
    /// </summary>
    private async Task<JobSummary?> ReadPatientlyAsync(EventStreamWriter stream)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var start = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ReadAsync(stream.Stopping);
            }
            catch (Exception exception) when (Outages.IsOutage(exception) && !stream.Stopping.IsCancellationRequested)
            {
                if (time.GetElapsedTime(start) > MaxOutage)
                {
                    return null;
                }
                var delay = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(attempt, 10)), MaxRetryDelay.TotalSeconds));
                await Task.Delay(JobsOptions.FullJitter(delay), time, stream.Stopping);
                await stream.WriteCommentAsync();
            }
        }
    }

    private Task<JobSummary?> ReadAsync(CancellationToken cancellationToken) =>
        context.RequestServices.GetRequiredService<JobQueries>().FindAsync(userId, jobId, cancellationToken);

    /// <summary>The last version that the client received; 0 when it sends none, or one that this job never had.</summary>
    private long SeenVersion(JobSummary job) =>
        long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && version <= job.Version
            ? version
            : 0;
}
