using System.Text.Json;
using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>
/// The stored marks of the audit. They only save time: a mark that is missing, unreadable or too old means that the wallet is
/// checked from its first transfer.
/// </summary>
internal sealed partial class AuditMarks(NpgsqlDataSource dataSource, LedgerPolicy policy, ILogger<AuditMarks> logger)
{
    /// <summary>The number of checked transfers after which a mark is worth its row.</summary>
    public const int Distance = 1000;

    private const string FindMark = "SELECT sequence, chain_hash, state FROM audit_marks WHERE user_id = $1 AND full_at > now() - $2";

    private const string SaveMark = """
        INSERT INTO audit_marks (user_id, sequence, chain_hash, state, full_at) VALUES ($1, $2, $3, $4, now())
        ON CONFLICT (user_id) DO UPDATE SET sequence = excluded.sequence, chain_hash = excluded.chain_hash, state = excluded.state,
            full_at = CASE WHEN $5 THEN now() ELSE audit_marks.full_at END
        """;

    /// <summary>The wallet's mark; null when it has to be checked from its first transfer.</summary>
    public async Task<AuditMark?> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var find = dataSource.CreateCommand(FindMark);
        find.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        find.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = policy.FullAuditInterval });
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }
        try
        {
            var mark = AuditMark.Read(reader.GetString(2));
            return (mark.Account.UserId, mark.Account.LastSequence, mark.Account.ChainHash)
                == (userId, reader.GetInt64(0), reader.GetGuid(1)) ? mark : null;
        }
        catch (Exception exception) when (exception is JsonException or LedgerCorruptException)
        {
            LogUnreadable(userId, exception.Message);
            return null;
        }
    }

    /// <summary>Saves a mark.</summary>
    /// <param name="mark">The verified state.</param>
    /// <param name="isFull">Whether it was verified from the first transfer, and not from an earlier mark.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task SaveAsync(AuditMark mark, bool isFull, CancellationToken cancellationToken)
    {
        await using var save = dataSource.CreateCommand(SaveMark);
        save.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = mark.Account.UserId });
        save.Parameters.Add(new NpgsqlParameter<long> { TypedValue = mark.Account.LastSequence });
        save.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = mark.Account.ChainHash });
        save.Parameters.Add(new NpgsqlParameter<string> { TypedValue = mark.Write() });
        save.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = isFull });
        await save.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Error, "The audit's mark of {UserId} cannot be read; the wallet is checked from its start ({Reason})")]
    private partial void LogUnreadable(Guid userId, string reason);
}
