using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Executes a batch of commands in one transaction: locks the wallets, loads what the rules need, decides, and writes
/// everything in one round trip. Nothing is answered before the commit. Replicas are serialized by the row locks on the
/// wallets, which all of them take in the same order.
/// </summary>
internal sealed class LedgerStore(
    LedgerDataSource dataSource, LedgerRules rules, LotReplay lotReplay, BalanceChanges changes, TimeProvider time)
{
    private const int MaxAttempts = 5;

    /// <exception cref="NpgsqlException">
    /// An outage: it is unknown whether the commands were committed. A <see cref="PostgresException"/> that is no outage
    /// means that the database rejected what the rules allow: a bug, and nothing was written.
    /// </exception>
    public async Task<Outcome[]> ApplyAsync(IReadOnlyList<LinkedCommands> linkedCommands, CancellationToken cancellationToken)
    {
        Command[] commands = [.. linkedCommands.SelectMany(linked => linked.Commands)];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryApplyAsync(linkedCommands, commands, cancellationToken);
            }
            catch (PostgresException exception) when (IsConflict(exception) && attempt < MaxAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << attempt)), time, cancellationToken);
            }
        }
    }

    private static bool IsConflict(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    private async Task<Outcome[]> TryApplyAsync(
        IReadOnlyList<LinkedCommands> linkedCommands, Command[] commands, CancellationToken cancellationToken)
    {
        // The pool rolls back the transaction of a connection that is returned to it.
        await using var connection = await dataSource.Value.OpenConnectionAsync(cancellationToken);
        var batch = await LockAndLoadAsync(connection, commands, cancellationToken);
        var unopened = commands.Where(LedgerBatch.OpensAccount).Select(command => command.UserId).Where(userId => !batch.Has(userId))
            .Distinct().ToArray();
        if (unopened.Length > 0)
        {
            await OpenAccountsAsync(connection, unopened, cancellationToken);
            batch = await LockAndLoadAsync(connection, commands, cancellationToken);
        }
        await LoadLotsAsync(connection, batch, commands, cancellationToken);
        var outcomes = batch.Decide(linkedCommands, time.GetUtcNow().TruncateToMicroseconds());
        await WriteAsync(connection, batch, cancellationToken);
        changes.Publish(batch.ChangedAccounts.Select(account => account.UserId));
        return outcomes;
    }

    // In one round trip, but as separate statements: under READ COMMITTED each one sees what the previous holder of the
    // locks has committed, so keys and holds are read after the locks are acquired.
    private async Task<LedgerBatch> LockAndLoadAsync(NpgsqlConnection connection, Command[] commands, CancellationToken cancellationToken)
    {
        await using var sqlBatch = LedgerSql.LockAndLoad(connection, commands, out var others);
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
        return batch;
    }

    private async Task LoadLotsAsync(
        NpgsqlConnection connection, LedgerBatch batch, Command[] commands, CancellationToken cancellationToken)
    {
        foreach (var userId in commands.Where(LedgerBatch.NeedsLots).Select(command => command.UserId).Distinct())
        {
            batch.Load(userId, await lotReplay.ReplayAsync(connection, userId, cancellationToken));
            await using var payments = LedgerSql.LoadPayments(connection, userId);
            await using var reader = await payments.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                batch.Load(LedgerSql.ReadPayment(reader));
            }
        }
    }

    // A wallet that does not exist cannot be locked, so it is created with zero balances first. This is a separate
    // transaction, since inserting while holding locks on other rows could deadlock with a replica.
    private static async Task OpenAccountsAsync(NpgsqlConnection connection, Guid[] userIds, CancellationToken cancellationToken)
    {
        await using var sqlBatch = LedgerSql.OpenAccounts(connection, userIds);
        await sqlBatch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, LedgerBatch batch, CancellationToken cancellationToken)
    {
        await using var sqlBatch = LedgerSql.WriteAndCommit(connection, batch);
        await sqlBatch.ExecuteNonQueryAsync(cancellationToken);
    }
}
