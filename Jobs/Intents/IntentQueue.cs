using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Jobs;

/// <summary>
/// Leases due intents to one replica at a time. Leases are timed by the database's clock and identified by an id, so
/// that an attempt whose lease was lost changes nothing.
/// </summary>
internal sealed class IntentQueue(NpgsqlDataSource dataSource, IOptions<JobsOptions> options)
{
    private const int MaxErrorLength = 500;

    public async Task<IReadOnlyList<Lease>> LeaseAsync(IntentKind kind, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            update intents set lease_id = $1, lease_until = now() + $2
            where (job_id, kind) in (
              select job_id, kind from intents
              where kind = $3 and dead_since is null and due_at <= now() and (lease_until is null or lease_until <= now())
              order by due_at limit $4 for update skip locked)
            returning job_id, attempts, failures, waiting_since
            """);
        var leaseId = Guid.CreateVersion7();
        command.Parameters.Add(new() { Value = leaseId });
        command.Parameters.Add(new() { Value = TimeSpan.FromSeconds(options.Value.LeaseSeconds) });
        command.Parameters.Add(new() { Value = kind.ToText() });
        command.Parameters.Add(new() { Value = limit });
        var leases = new List<Lease>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            leases.Add(new Lease(
                reader.GetGuid(0), kind, leaseId, reader.GetInt32(1), reader.GetInt32(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3)));
        }
        return leases;
    }

    /// <summary>Releases the lease; the intent is due again after the delay.</summary>
    public Task RescheduleAsync(
        Lease lease, TimeSpan delay, int attempts, DateTimeOffset? waitingSince, string? error = null) => ExecuteAsync(
        lease,
        """
        update intents set due_at = now() + $4, attempts = $5, waiting_since = $6, last_error = coalesce($7, last_error),
          failures = 0, lease_id = null, lease_until = null
        where job_id = $1 and kind = $2 and lease_id = $3
        """,
        new() { Value = delay },
        new() { Value = attempts },
        new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)waitingSince?.ToUniversalTime() ?? DBNull.Value },
        Text(error));

    /// <summary>Releases the lease after an attempt that threw; <see cref="Intent.Attempts"/> does not change.</summary>
    public Task FailAsync(Lease lease, TimeSpan delay, string error) => ExecuteAsync(
        lease,
        """
        update intents set due_at = now() + $4, failures = failures + 1, last_error = $5, lease_id = null, lease_until = null
        where job_id = $1 and kind = $2 and lease_id = $3
        """,
        new() { Value = delay },
        Text(error));

    /// <summary>Releases the lease without other changes, when the service stops.</summary>
    public Task ReleaseAsync(Lease lease) => ExecuteAsync(
        lease, "update intents set lease_id = null, lease_until = null where job_id = $1 and kind = $2 and lease_id = $3");

    /// <summary>Records that a submission is about to be sent. False when the lease was lost.</summary>
    public async Task<bool> MarkSentAsync(Lease lease) => await ExecuteAsync(
        lease, "update intents set waiting_since = now() where job_id = $1 and kind = $2 and lease_id = $3") == 1;

    // Not cancelled with the request or the service: these writes record what has happened, within the command's timeout.
    private async Task<int> ExecuteAsync(Lease lease, string sql, params NpgsqlParameter[] more)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = lease.JobId });
        command.Parameters.Add(new() { Value = lease.Kind.ToText() });
        command.Parameters.Add(new() { Value = lease.LeaseId });
        command.Parameters.AddRange(more);
        return await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static NpgsqlParameter Text(string? text) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Text,
        Value = text is null ? DBNull.Value : TextLimits.Truncate(text.Replace('\0', ' '), MaxErrorLength),
    };
}
