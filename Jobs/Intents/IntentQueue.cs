using Microsoft.Extensions.Options;
using Npgsql;

namespace ReelBallers.Jobs;

/// <summary>
/// Leases due intents to one replica at a time. Leases are timed by the database's clock and identified by an id. Intents
/// are changed only by <see cref="LockedJob"/>.
/// </summary>
internal sealed class IntentQueue(NpgsqlDataSource dataSource, IOptions<JobsOptions> options)
{
    public async Task<IReadOnlyList<Lease>> LeaseAsync(IntentKind kind, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            update intents set lease_id = $1, leased_until = now() + $2
            where (job_id, kind) in (
              select job_id, kind from intents
              where kind = $3 and dead_since is null and due_at <= now() and (leased_until is null or leased_until <= now())
              order by due_at limit $4 for update skip locked)
            returning job_id, attempts, failures, waiting_since, trace_parent
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
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetString(4)));
        }
        return leases;
    }
}
