using Npgsql;

namespace ReelBallers.Wallet;

// What the rules need to decide a batch.
internal sealed partial class LedgerStore
{
    // In one round trip, but as separate statements: under READ COMMITTED each one sees what the previous holder of the
    // locks has committed, so keys and holds are read after the locks are acquired.
    private async Task<(LedgerBatch Batch, DateTimeOffset Now, HashSet<Guid> Locked)> LockAndLoadAsync(
        NpgsqlConnection connection, Command[] commands, JoinPaths joins, bool waitForLocks, CancellationToken cancellationToken)
    {
        await using var sqlBatch = LedgerSql.LockAndLoad(
            connection, Follow(commands, joins), waitForLocks, out var others, EndsOf(commands, joins), KeysOf(commands, joins));
        await using var reader = await sqlBatch.ExecuteReaderAsync(cancellationToken);
        var batch = new LedgerBatch(rules.Decide);
        while (await reader.ReadAsync(cancellationToken))
        {
            batch.Load(LedgerSql.ReadAccount(reader));
        }
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            batch.Load(reader.GetGuid(0), reader.GetString(1), new UsedKey(reader.GetGuid(2), reader.GetInt64(3)));
        }
        foreach (var load in others)
        {
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                load(batch, reader);
            }
        }
        // The clocks of the replicas differ: the database's decides what has expired.
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        HashSet<Guid> locked = [];
        if (!waitForLocks)
        {
            await reader.NextResultAsync(cancellationToken);
            locked = await ReadUsersAsync(reader, cancellationToken);
            locked.RemoveWhere(batch.Has);
        }
        return (batch, now, locked);
    }

    private async Task LoadLotsAsync(
        NpgsqlConnection connection, LedgerBatch batch, Command[] commands, JoinPaths joins, CancellationToken cancellationToken)
    {
        var userIds = Follow(commands, joins).Where(CommandNeeds.NeedsLots).Select(command => command.UserId).Distinct().ToArray();
        if (userIds.Length == 0)
        {
            return;
        }
        // Without a wallet there was nothing when the locks were taken, whatever a replica has committed since.
        foreach (var userId in userIds.Where(userId => !batch.Has(userId)))
        {
            batch.Load(userId, new LotBook());
        }
        userIds = [.. userIds.Where(batch.Has)];
        if (userIds.Length == 0)
        {
            return;
        }
        foreach (var (userId, lots) in await lotReplay.ReplayAsync(connection, userIds, cancellationToken))
        {
            batch.Load(userId, lots);
        }
        await using (var payments = LedgerSql.LoadPayments(connection, [.. userIds, .. EndsOf(commands, joins)]))
        await using (var reader = await payments.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                batch.Load(LedgerSql.ReadPayment(reader));
            }
        }
        if (commands is [JoinWallets join])
        {
            await LoadFreezesAsync(connection, batch, join.UserId, cancellationToken);
        }
    }
}
