using System.Globalization;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// A job's changes as server-sent events. An event's id is the job's version, so a client that reconnects with
/// <c>Last-Event-ID</c> receives no event twice.
/// </summary>
internal sealed class JobEventStream(Guid userId, Guid jobId, HttpContext context)
{
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
        using var subscription = context.RequestServices.GetRequiredService<RowChangeListener>().Subscribe(jobId);
        var outlooks = context.RequestServices.GetRequiredService<JobOutlooks>();
        while (await stream.ReadPatientlyAsync(context, ReadAsync) is { } job)
        {
            if (job.Version > seen)
            {
                seen = job.Version;
                stream.Append(seen.ToString(CultureInfo.InvariantCulture), "status", await outlooks.ViewAsync(job, stream.Stopping));
                await stream.FlushAsync();
            }
            if (job.Status.IsFinal())
            {
                return;
            }
            await subscription.NextAsync(stream);
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
