using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>A part of the users that one replica audits at a time.</summary>
/// <param name="Number">The first hexadecimal digit of the users' ids.</param>
/// <param name="Lease">Identifies the replica's lease.</param>
/// <param name="Start">The users after this one are to be audited.</param>
internal sealed record AuditShare(short Number, Guid Lease, Guid Start)
{
    /// <summary>The last user id of the share.</summary>
    public Guid End => EndOf(Number);

    internal static Guid EndOf(int number) => new($"{number:x}fffffff-ffff-ffff-ffff-ffffffffffff");
}

/// <summary>
/// Divides the continuous audit among the replicas, and keeps how far each share is, so that a round continues after a
/// restart. A lease ends by itself when its replica dies.
/// </summary>
internal sealed class AuditShares(NpgsqlDataSource dataSource)
{
    private const string TakeShare = """
        UPDATE audit_shares SET lease = $1, leased_until = now() + interval '5 minutes'
        WHERE share = (
            SELECT share FROM audit_shares
            WHERE (leased_until IS NULL OR leased_until < now()) AND (next_after IS NOT NULL OR finished_at <= now() - $2)
            ORDER BY finished_at, share LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING share, next_after
        """;

    private const string SaveShare = """
        UPDATE audit_shares SET next_after = $3, leased_until = now() + interval '5 minutes' WHERE share = $1 AND lease = $2
        """;

    private const string ReleaseShare = """
        UPDATE audit_shares SET next_after = $3, lease = NULL, leased_until = NULL WHERE share = $1 AND lease = $2
        """;

    private const string FinishShare = """
        UPDATE audit_shares SET next_after = NULL, finished_at = now(), lease = NULL, leased_until = NULL WHERE share = $1 AND lease = $2
        """;

    private const string Age = "SELECT extract(epoch FROM now() - min(finished_at))::double precision FROM audit_shares";

    /// <summary>Leases a share that was last finished this long ago or more; null when there is none.</summary>
    public async Task<AuditShare?> TakeAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        var lease = Guid.NewGuid();
        await using var take = dataSource.CreateCommand(TakeShare);
        take.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lease });
        take.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = interval });
        await using var reader = await take.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }
        var number = reader.GetInt16(0);
        var start = number == 0 ? Guid.Empty : AuditShare.EndOf(number - 1);
        return new AuditShare(number, lease, reader.IsDBNull(1) ? start : reader.GetGuid(1));
    }

    /// <summary>Keeps the share and saves the last audited user; false when the lease has been lost.</summary>
    public Task<bool> SaveAsync(AuditShare share, Guid last, CancellationToken cancellationToken) =>
        UpdateAsync(SaveShare, share, last, cancellationToken);

    /// <summary>Gives the share back, to be continued after this user.</summary>
    public Task<bool> ReleaseAsync(AuditShare share, Guid last, CancellationToken cancellationToken) =>
        UpdateAsync(ReleaseShare, share, last, cancellationToken);

    /// <summary>Gives the share back after its last user.</summary>
    public Task<bool> FinishAsync(AuditShare share, CancellationToken cancellationToken) =>
        UpdateAsync(FinishShare, share, null, cancellationToken);

    /// <summary>The age in seconds of the last round over all shares; before the first one, the age of the tables.</summary>
    public async Task<double> GetLastRoundAgeAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Age);
        return await command.ExecuteScalarAsync(cancellationToken) as double? ?? 0;
    }

    private async Task<bool> UpdateAsync(string update, AuditShare share, Guid? last, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(update);
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = share.Number });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = share.Lease });
        if (last is { } user)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        }
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
