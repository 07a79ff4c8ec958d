using Microsoft.Extensions.Options;
using Npgsql;

namespace ReelBallers.Jobs;

/// <summary>
/// Leases due polls. The lease already sets the time of the next poll, so that a poll without news writes nothing more.
/// </summary>
internal sealed class PollQueue(NpgsqlDataSource dataSource, PollTimes times, IOptions<JobsOptions> options)
{
    /// <summary>
    /// Leases mostly those that have been due for the longest time, and some that became due last: a callback makes a poll due,
    /// and it must not wait behind thousands that are late after an outage.
    /// </summary>
    public async Task<IReadOnlyList<Lease>> LeaseAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            with newest as materialized (
              select job_id from intents
              where kind = 'poll' and lane is null and dead_since is null and due_at <= now()
                and (leased_until is null or leased_until <= now())
              order by due_at desc limit $4 for update skip locked),
            oldest as materialized (
              select job_id from intents
              where kind = 'poll' and lane is null and dead_since is null and due_at <= now()
                and (leased_until is null or leased_until <= now())
              order by due_at limit $5 for update skip locked),
            picked as materialized (
              select job_id, 0.75 + random() / 2 as jitter from (select job_id from newest union select job_id from oldest) due)
            update intents set
              lease_id = $1,
              attempts = attempts + 1,
              due_at = now() + make_interval(secs => jitter * ($3)[least(attempts + 1, cardinality($3))]),
              leased_until = now() + least($2, make_interval(secs => jitter * ($3)[least(attempts + 1, cardinality($3))]))
            from picked where intents.kind = 'poll' and intents.job_id = picked.job_id
            returning intents.job_id, intents.attempts - 1, intents.failures, intents.faults, intents.waiting_since, intents.trace_parent
            """);
        var leaseId = Guid.CreateVersion7();
        // A quarter on the average, also when one is asked for at a time.
        var newest = (limit + Random.Shared.Next(4)) / 4;
        command.Parameters.Add(new() { Value = leaseId });
        command.Parameters.Add(new() { Value = options.Value.Lease });
        command.Parameters.Add(new() { Value = times.SecondsByAttempts() });
        command.Parameters.Add(new() { Value = newest });
        command.Parameters.Add(new() { Value = limit - newest });
        return await IntentQueue.ReadAsync(command, IntentKind.Poll, leaseId, cancellationToken);
    }
}
