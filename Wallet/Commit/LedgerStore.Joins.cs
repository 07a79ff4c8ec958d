using Npgsql;

namespace ReelBallers.Wallet;

// Commands that name wallets that were joined into others. A join is alone in its batch: see BatchCommitter.
internal sealed partial class LedgerStore
{
    // Each round but the last one finds that a wallet was opened or joined since the round before.
    private const int MaxRounds = 10;

    // Only a frozen wallet can be joined, so that other batches ask for no joins. The wallets that commands follow to are locked
    // from the beginning with the others, since all batches must lock in the same order. Null: the last round has found more joins, too.
    private async Task<(LedgerBatch Batch, DateTimeOffset Now, HashSet<Guid> Locked)?> LockAndFollowAsync(
        NpgsqlConnection connection, Command[] commands, JoinPaths joins, bool waitForLocks, CancellationToken cancellationToken)
    {
        var missing = new HashSet<Guid>();
        for (var round = 0; round < MaxRounds; round++)
        {
            var (batch, now, locked) = await LockAndLoadAsync(connection, commands, joins, waitForLocks, cancellationToken);
            var unopened = Follow(commands, joins).Where(CommandNeeds.OpensAccount).Select(command => command.UserId)
                .Concat(EndsOf(commands, joins))
                .Where(userId => !batch.Has(userId) && !locked.Contains(userId)).Distinct().ToArray();
            if (unopened.Length > 0)
            {
                await OpenAccountsAsync(connection, unopened, cancellationToken);
                continue;
            }
            if (WereOpenedMeanwhile(batch, Follow(commands, joins), locked, missing)
                || (batch.FrozenUsers.Count > 0 && await FindJoinsAsync(connection, batch.FrozenUsers, joins, cancellationToken)))
            {
                await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
                await rollback.ExecuteNonQueryAsync(cancellationToken);
                continue;
            }
            foreach (var join in joins.All)
            {
                batch.Load(join);
            }
            return (batch, now, locked);
        }
        return null;
    }

    // A wallet that did not exist was not locked. A replica that opens it right after that commits rows which the later statements see.
    // Rows of a wallet that is missing once more were not committed meanwhile: the ledger is corrupt, which the decision will meet.
    private static bool WereOpenedMeanwhile(LedgerBatch batch, Command[] commands, HashSet<Guid> locked, HashSet<Guid> missingBefore)
    {
        var missing = commands.Select(command => command.UserId)
            .Where(userId => !batch.Has(userId) && !locked.Contains(userId) && missingBefore.Add(userId)).ToHashSet();
        return missing.Count > 0 && batch.HasRowsOf(missing);
    }

    // Whether there are more than were known: then commands act on other wallets, or their keys are looked up in more.
    private static async Task<bool> FindJoinsAsync(
        NpgsqlConnection connection, IReadOnlyList<Guid> userIds, JoinPaths joins, CancellationToken cancellationToken)
    {
        var known = joins.All.Count;
        await using var load = LedgerSql.LoadJoins(connection, userIds);
        await using var reader = await load.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            joins.Add(LedgerSql.ReadJoin(reader));
        }
        return joins.All.Count > known;
    }

    private static async Task LoadFreezesAsync(
        NpgsqlConnection connection, LedgerBatch batch, Guid userId, CancellationToken cancellationToken)
    {
        await using var load = LedgerSql.LoadFreezes(connection, userId);
        await using var reader = await load.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            batch.Load(LedgerSql.ReadFreeze(reader));
        }
    }

    private static Command[] Follow(Command[] commands, JoinPaths joins) =>
        joins.IsEmpty ? commands : Array.ConvertAll(commands, joins.Follow);

    private static Guid[] EndsOf(Command[] commands, JoinPaths joins) =>
        commands is [JoinWallets join] ? [joins.EndOf(join.IntoUserId)] : [];

    private static (Guid UserId, string Key)[] KeysOf(Command[] commands, JoinPaths joins) =>
        joins.IsEmpty ? [] : [.. commands.SelectMany(joins.KeysOf)];
}
