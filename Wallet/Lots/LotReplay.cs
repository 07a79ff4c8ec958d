using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>
/// Computes the remaining lots by replaying a wallet's transfers from the latest checkpoint. Checkpoints only save time:
/// a replay from the first transfer gives the same result.
/// </summary>
internal sealed class LotReplay(NpgsqlDataSource dataSource, LotCheckpoints checkpoints)
{
    /// <summary>The number of transfers after which a long replay saves what it has.</summary>
    public const int SaveDistance = 20_000;

    /// <summary>Returns the current lots, and saves a checkpoint if the replay was long, also on the way.</summary>
    public async Task<LotBook> ReadAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var found = (await checkpoints.FindAsync(connection, [userId], cancellationToken)).GetValueOrDefault(userId);
        var (lots, saved) = (found ?? new LotBook(), found?.LastSequence ?? 0);
        await foreach (var transfer in TransferReader.ReadForLotsAsync(connection, userId, saved, cancellationToken))
        {
            lots.Apply(transfer);
            if (lots.LastSequence - saved >= SaveDistance)
            {
                await SaveAsync();
            }
        }
        if (lots.LastSequence - saved >= LotCheckpoints.Distance)
        {
            await SaveAsync();
        }
        return lots;

        // The caller may give up before the end: the next call continues here.
        async Task SaveAsync()
        {
            await checkpoints.SaveAsync(userId, lots, replaces: found is null, cancellationToken);
            saved = lots.LastSequence;
        }
    }

    /// <summary>Returns the lots of each user as the connection's transaction sees them.</summary>
    public async Task<Dictionary<Guid, LotBook>> ReplayAsync(
        NpgsqlConnection connection, Guid[] userIds, CancellationToken cancellationToken)
    {
        var books = await checkpoints.FindAsync(connection, userIds, cancellationToken);
        foreach (var userId in userIds)
        {
            var lots = books[userId] = books.GetValueOrDefault(userId) ?? new LotBook();
            await foreach (var transfer in TransferReader.ReadForLotsAsync(connection, userId, lots.LastSequence, cancellationToken))
            {
                lots.Apply(transfer);
            }
        }
        return books;
    }

    /// <summary>The credits of a payment; null when this wallet has none of it.</summary>
    public async Task<PaymentCredits?> FindPaymentAsync(Guid userId, string stripePaymentId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = LedgerSql.LoadPayments(connection, [userId], stripePaymentId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? LedgerSql.ReadPayment(reader) : null;
    }
}
