using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>
/// Computes the remaining lots by replaying a wallet's transfers from the latest checkpoint. Checkpoints only save time:
/// a replay from the first transfer gives the same result.
/// </summary>
internal sealed class LotReplay(NpgsqlDataSource dataSource)
{
    /// <summary>The number of replayed transfers after which a checkpoint is saved.</summary>
    public const int CheckpointDistance = 1000;

    private const string FindCheckpoint = "SELECT state FROM lot_checkpoints WHERE user_id = $1";

    private const string SaveCheckpoint = """
        INSERT INTO lot_checkpoints (user_id, sequence, state) VALUES ($1, $2, $3)
        ON CONFLICT (user_id) DO UPDATE SET sequence = excluded.sequence, state = excluded.state
        WHERE lot_checkpoints.sequence < excluded.sequence
        """;

    /// <summary>Returns the current lots, and saves a checkpoint if the replay was long.</summary>
    public async Task<LotBook> ReadAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var checkpoint = await FindAsync(connection, userId, cancellationToken);
        var start = checkpoint.LastSequence;
        var lots = await ReplayAsync(connection, userId, checkpoint, cancellationToken);
        if (lots.LastSequence - start >= CheckpointDistance)
        {
            await using var save = new NpgsqlCommand(SaveCheckpoint, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = userId },
                    new NpgsqlParameter<long> { TypedValue = lots.LastSequence },
                    new NpgsqlParameter<string> { TypedValue = LotCheckpoint.Write(lots) },
                },
            };
            await save.ExecuteNonQueryAsync(cancellationToken);
        }
        return lots;
    }

    /// <summary>Returns the lots as the connection's transaction sees them.</summary>
    public async Task<LotBook> ReplayAsync(NpgsqlConnection connection, Guid userId, CancellationToken cancellationToken) =>
        await ReplayAsync(connection, userId, await FindAsync(connection, userId, cancellationToken), cancellationToken);

    /// <summary>The credits of a payment; null when this wallet has none of it.</summary>
    public async Task<PaymentCredits?> FindPaymentAsync(Guid userId, string stripePaymentId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = LedgerSql.LoadPayments(connection, userId, stripePaymentId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? LedgerSql.ReadPayment(reader) : null;
    }

    private static async Task<LotBook> FindAsync(NpgsqlConnection connection, Guid userId, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(FindCheckpoint, connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = userId } },
        };
        return await find.ExecuteScalarAsync(cancellationToken) is string state ? LotCheckpoint.Read(state) : new LotBook();
    }

    private static async Task<LotBook> ReplayAsync(
        NpgsqlConnection connection, Guid userId, LotBook lots, CancellationToken cancellationToken)
    {
        await foreach (var transfer in TransferReader.ReadAsync(connection, userId, lots.LastSequence, cancellationToken))
        {
            lots.Apply(transfer);
        }
        return lots;
    }
}
