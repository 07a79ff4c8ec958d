using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// Has dead steps tried again that threw again and again: an hour later what was broken may be corrected, and a refund need not wait for an
/// operator. What another service has rejected is not among them, and neither are a dispatch or a poll, which have ended their job.
/// </summary>
internal sealed partial class BrokenSteps(
    NpgsqlDataSource dataSource, DeadIntents deadIntents, IOptions<JobsOptions> options, TimeProvider time, ILogger<BrokenSteps> logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromMinutes(10), "Broken steps could not be tried again")
        {
            Jitter = 0.25,
            Lock = new AdvisoryLock(dataSource, LockKey),
        },
        time, logger)
{
    // "BROKEN" in ASCII.
    private const long LockKey = 0x42524F4B454E;
    private const int BatchSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Makes those due that have been dead for an hour.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RetryAsync(CancellationToken cancellationToken)
    {
        var retried = 0;
        foreach (var (jobId, kind) in await FindAsync(cancellationToken))
        {
            try
            {
                retried += await deadIntents.ReplayAsync(jobId, kind, cancellationToken) == ReplayOutcome.Due ? 1 : 0;
            }
            catch (Exception exception) when (!Outages.IsOutage(exception, cancellationToken) && !cancellationToken.IsCancellationRequested)
            {
                LogNotRetried(kind, jobId, exception);
            }
        }
        return retried;
    }

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await RetryAsync(cancellationToken) is > 0 and var retried)
        {
            LogRetried(retried);
        }
    }

    private async Task<List<(Guid JobId, IntentKind Kind)>> FindAsync(CancellationToken cancellationToken)
    {
        // In no order, so that those that fail here do not keep the others back.
        await using var command = dataSource.CreateCommand(
            """
            select job_id, kind from intents
            where dead_since <= $1 and faults >= $2 and kind in ('abandon', 'cancel', 'end_hold')
            order by random() limit $3
            """);
        command.Parameters.Add(new() { Value = Time.GetUtcNow() - Pause });
        command.Parameters.Add(new() { Value = options.Value.MaxFaults });
        command.Parameters.Add(new() { Value = BatchSize });
        var found = new List<(Guid, IntentKind)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((reader.GetGuid(0), IntentKinds.Parse(reader.GetString(1))));
        }
        return found;
    }

    [LoggerMessage(LogLevel.Warning, "{Count} steps that had failed again and again are tried again")]
    private partial void LogRetried(int count);

    [LoggerMessage(LogLevel.Error, "{Kind} of job {JobId} could not be made due again")]
    private partial void LogNotRetried(IntentKind kind, Guid jobId, Exception exception);
}
