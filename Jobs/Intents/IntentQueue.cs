using Microsoft.Extensions.Options;
using Npgsql;

namespace ReelBallers.Jobs;

/// <summary>
/// Leases due intents to one replica at a time. Leases are timed by the database's clock and identified by an id. Intents
/// are changed only by <see cref="LockedJob"/>.
/// </summary>
internal sealed class IntentQueue(NpgsqlDataSource dataSource, IOptions<JobsOptions> options)
{
    /// <summary>What a lease reads of an intent.</summary>
    public const string Columns =
        "intents.job_id, intents.attempts, intents.failures, intents.faults, intents.waiting_since, intents.trace_parent";

    /// <summary>Leases the intents that only wait for their time, the oldest first.</summary>
    public async Task<IReadOnlyList<Lease>> LeaseAsync(IntentKind kind, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            with picked as materialized (
              select job_id from intents
              where kind = $3 and lane is null and dead_since is null and due_at <= now()
                and (leased_until is null or leased_until <= now())
              order by due_at limit $4 for update skip locked)
            update intents set lease_id = $1, leased_until = now() + $2
            from picked where intents.kind = $3 and intents.job_id = picked.job_id
            returning {Columns}
            """);
        var leaseId = Guid.CreateVersion7();
        command.Parameters.Add(new() { Value = leaseId });
        command.Parameters.Add(new() { Value = options.Value.Lease });
        command.Parameters.Add(new() { Value = kind.ToText() });
        command.Parameters.Add(new() { Value = limit });
        return await ReadAsync(command, kind, leaseId, cancellationToken);
    }

    /// <summary>The leases that a command returns as <see cref="Columns"/>.</summary>
    public static async Task<IReadOnlyList<Lease>> ReadAsync(
        NpgsqlCommand command, IntentKind kind, Guid leaseId, CancellationToken cancellationToken)
    {
        var leases = new List<Lease>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            leases.Add(new Lease(
                reader.GetGuid(0), kind, leaseId, reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                reader.IsDBNull(5) ? null : reader.GetString(5)));
        }
        return leases;
    }
}
