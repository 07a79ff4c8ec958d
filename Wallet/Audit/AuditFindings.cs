using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>An inconsistency that the continuous audit has found and that is still there.</summary>
internal sealed record StoredFinding(Guid UserId, string Code, long Sequence, string Detail, DateTimeOffset FoundAt);

/// <summary>The inconsistencies that the continuous audit has found: stored, so that every replica knows those of the others.</summary>
internal sealed class AuditFindings(NpgsqlDataSource dataSource)
{
    /// <summary>The code for a wallet that could not be checked.</summary>
    public const string NotChecked = "not_checked";

    private const string UsersOfShare = "SELECT DISTINCT user_id FROM audit_findings WHERE user_id > $1 AND user_id <= $2";

    private const string Save = """
        WITH found AS (SELECT * FROM unnest($2::text[], $3::bigint[], $4::text[]) AS found (code, sequence, detail)),
        gone AS (
            DELETE FROM audit_findings f WHERE user_id = $1
                AND NOT EXISTS (SELECT FROM found WHERE found.code = f.code AND found.sequence = f.sequence))
        INSERT INTO audit_findings (user_id, code, sequence, detail, found_at) SELECT $1, code, sequence, detail, now() FROM found
        ON CONFLICT (user_id, code, sequence) DO UPDATE SET detail = excluded.detail
        """;

    private const string Newest = """
        SELECT user_id, code, sequence, detail, found_at FROM audit_findings ORDER BY found_at DESC, user_id, code, sequence LIMIT $1
        """;

    /// <summary>The users of a share whose wallets had inconsistencies when they were last checked.</summary>
    public async Task<HashSet<Guid>> UsersOfAsync(AuditShare share, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(UsersOfShare);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = share.Start });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = share.End });
        var users = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            users.Add(reader.GetGuid(0));
        }
        return users;
    }

    /// <summary>Stores what a check of a wallet has found, in place of what the one before has.</summary>
    /// <param name="userId">Whose wallet.</param>
    /// <param name="findings">None when the wallet is consistent.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task SaveAsync(
        Guid userId, IReadOnlyCollection<(string Code, long Sequence, string Detail)> findings, CancellationToken cancellationToken)
    {
        // Of several about the same transfer the last one.
        var distinct = findings.GroupBy(finding => (finding.Code, finding.Sequence)).Select(group => group.Last()).ToList();
        await using var command = dataSource.CreateCommand(Save);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. distinct.Select(finding => finding.Code)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. distinct.Select(finding => finding.Sequence)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. distinct.Select(finding => finding.Detail)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The findings that are still there, the newest first.</summary>
    public async Task<List<StoredFinding>> NewestAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Newest);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var findings = new List<StoredFinding>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            findings.Add(new StoredFinding(
                reader.GetGuid(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3),
                reader.GetFieldValue<DateTimeOffset>(4)));
        }
        return findings;
    }
}
