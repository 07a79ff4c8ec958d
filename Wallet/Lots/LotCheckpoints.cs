using System.Text.Json;
using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>The stored checkpoints of the lots. They only save time, so one that cannot be read counts as missing.</summary>
internal sealed partial class LotCheckpoints(NpgsqlDataSource dataSource, ILogger<LotCheckpoints> logger)
{
    /// <summary>The number of replayed transfers after which a checkpoint is worth its row.</summary>
    public const int Distance = 1000;

    private const string FindCheckpoints = "SELECT user_id, state FROM lot_checkpoints WHERE user_id = ANY($1)";

    // One that cannot be read has the same sequence or a higher one, and is replaced too.
    private const string SaveCheckpoint = """
        INSERT INTO lot_checkpoints (user_id, sequence, state) VALUES ($1, $2, $3)
        ON CONFLICT (user_id) DO UPDATE SET sequence = excluded.sequence, state = excluded.state
        WHERE lot_checkpoints.sequence < excluded.sequence OR $4
        """;

    /// <summary>The lots at the latest checkpoint of each of the users that have one.</summary>
    public async Task<Dictionary<Guid, LotBook>> FindAsync(
        NpgsqlConnection connection, Guid[] userIds, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(FindCheckpoints, connection)
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = userIds } },
        };
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<Guid, LotBook>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var userId = reader.GetGuid(0);
            if (TryRead(userId, reader.GetString(1)) is { } lots)
            {
                found[userId] = lots;
            }
        }
        return found;
    }

    /// <summary>Saves the lots, unless there is a later checkpoint.</summary>
    /// <param name="userId">Whose lots.</param>
    /// <param name="lots">As of their last transfer.</param>
    /// <param name="replaces">Whether the stored checkpoint cannot be used.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task SaveAsync(Guid userId, LotBook lots, bool replaces, CancellationToken cancellationToken)
    {
        await using var save = dataSource.CreateCommand(SaveCheckpoint);
        save.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        save.Parameters.Add(new NpgsqlParameter<long> { TypedValue = lots.LastSequence });
        save.Parameters.Add(new NpgsqlParameter<string> { TypedValue = LotCheckpoint.Write(lots) });
        save.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = replaces });
        await save.ExecuteNonQueryAsync(cancellationToken);
    }

    private LotBook? TryRead(Guid userId, string state)
    {
        try
        {
            return LotCheckpoint.Read(state);
        }
        catch (Exception exception) when (exception is JsonException or LedgerCorruptException)
        {
            LogUnreadable(userId, exception.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "The checkpoint of the lots of {UserId} cannot be read; all transfers are replayed ({Reason})")]
    private partial void LogUnreadable(Guid userId, string reason);
}
