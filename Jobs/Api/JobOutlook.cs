using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>What can be said about a job that has not ended.</summary>
/// <param name="QueuePosition">1 for the next; null when it is not queued or too far behind to count.</param>
/// <param name="EstimatedSeconds">To its end; null when it cannot be estimated.</param>
internal sealed record JobOutlook(int? QueuePosition, int? EstimatedSeconds)
{
    public static JobOutlook None { get; } = new(null, null);
}

/// <summary>
/// Estimates a job's place in the queue and the time to its end: from our own queue, what the endpoints last said, and how long
/// the last runs took. One query by index; RunPod is not asked for it.
/// </summary>
internal sealed class JobOutlooks(
    NpgsqlDataSource dataSource, RunPodEndpoints endpoints, EndpointHealth health, RunSpeeds speeds, TimeProvider time)
{
    private const int MaxCounted = 10_000;
    private const int MinProgress = 5;
    private static readonly TimeSpan MaxEstimate = TimeSpan.FromDays(7);

    public async Task<JobOutlook> EstimateAsync(JobSummary job, CancellationToken cancellationToken)
    {
        if (job.Status is not (JobStatus.Queued or JobStatus.Running) || job.Outcome is not null
            || await ReadAsync(job.JobId, cancellationToken) is not { } place)
        {
            return JobOutlook.None;
        }
        var speed = await speeds.ReadAsync(endpoints.All, cancellationToken);
        var ownSeconds = speed.SecondsPerPaidSecond(job.Type) * job.PaidSeconds;
        if (job.Status == JobStatus.Running)
        {
            var elapsed = place.StartedAt is { } started ? (time.GetUtcNow() - started).TotalSeconds : 0;
            return new JobOutlook(null, Seconds(
                job.Progress >= MinProgress ? elapsed * (100 - job.Progress) / job.Progress : ownSeconds - elapsed));
        }
        var targets = place.EndpointId is { } at
            ? [at]
            : endpoints.For(place.Lane ?? new Lane(job.Type, null)).Select(endpoint => endpoint.Id).ToList();
        var readings = targets.Select(health.Read).OfType<RunPodHealth>().ToList();
        var inQueue = readings.Sum(reading => reading.InQueue);
        // At RunPod: behind our runs that were submitted before, as far as they still wait there.
        var ahead = place.EndpointId is null ? place.Ahead + inQueue : readings.Count > 0 ? Math.Min(place.Ahead, inQueue) : place.Ahead;
        if (place.Ahead >= MaxCounted || place is { EndpointId: null, Lane: null })
        {
            return JobOutlook.None;
        }
        var workers = Math.Max(1, readings.Sum(reading => reading.Workers?.Able ?? 0));
        return new JobOutlook((int)Math.Min(ahead + 1, int.MaxValue), Seconds(ownSeconds + (ahead * speed.SecondsPerRun / workers)));
    }

    /// <summary>The job as it is shown, with the estimate where it can be read.</summary>
    public async Task<JobView> ViewAsync(JobSummary job, CancellationToken cancellationToken)
    {
        try
        {
            return job.ToView(await EstimateAsync(job, cancellationToken));
        }
        catch (Exception exception) when (Outages.IsOutage(exception, cancellationToken))
        {
            // The job itself is known.
            return job.ToView();
        }
    }

    private static int? Seconds(double? estimate) =>
        estimate is { } seconds ? (int)Math.Ceiling(Math.Clamp(seconds, 1, MaxEstimate.TotalSeconds)) : null;

    private async Task<Place?> ReadAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            select own.lane, run.endpoint_id, run.started_at,
              case when run.endpoint_id is null
                then (select count(*) from (
                  select from intents other where other.lane = own.lane and other.dead_since is null
                    and (other.turn, other.due_at) < (own.turn, own.due_at) limit $2) ahead)
                else (select count(*) from (
                  select from runs other where other.endpoint_id = run.endpoint_id and other.state = 'submitted'
                    and other.submitted_at < coalesce(run.submitted_at, 'infinity') limit $2) ahead)
              end
            from (select $1::uuid as job_id) job
            left join lateral (
              select endpoint_id, started_at, submitted_at from runs
              where runs.job_id = job.job_id and state in ('submitting', 'submitted', 'running')
              order by number desc limit 1) run on true
            left join intents own on own.job_id = job.job_id and own.kind = 'dispatch'
            """);
        command.Parameters.Add(new() { Value = jobId });
        command.Parameters.Add(new() { Value = MaxCounted });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Place(
                reader.IsDBNull(0) ? null : Lane.Parse(reader.GetString(0)), reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3))
            : null;
    }

    /// <param name="Lane">The lane in which it waits here.</param>
    /// <param name="EndpointId">The endpoint of its run; null while it waits here.</param>
    /// <param name="StartedAt">When a worker started it.</param>
    /// <param name="Ahead">The jobs of ours that are before it.</param>
    private sealed record Place(Lane? Lane, string? EndpointId, DateTimeOffset? StartedAt, long Ahead);
}
