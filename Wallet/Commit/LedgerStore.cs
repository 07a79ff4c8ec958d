using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Executes a batch of commands in one transaction: locks the wallets, loads what the rules need, decides, and writes
/// everything in one round trip. Nothing is answered before the commit. Replicas are serialized by the row locks on the
/// wallets, which all of them take in the same order.
/// </summary>
internal sealed partial class LedgerStore(
    LedgerDataSource dataSource, LedgerRules rules, LotReplay lotReplay, LotCheckpointer checkpointer, BalanceChanges changes,
    TimeProvider time)
{
    private const int MaxAttempts = 5;

    /// <summary>
    /// Decides and commits the batch. What needs a wallet that stays locked by another transaction is set aside, and so is
    /// everything after it in the same wallets.
    /// </summary>
    /// <param name="linkedCommands">In order of execution.</param>
    /// <param name="waitForLocks">Whether to wait for locked wallets, for the time that the policy limits.</param>
    /// <param name="cancellationToken">Cancels the batch.</param>
    /// <exception cref="NpgsqlException">
    /// An outage: it is unknown whether the commands were committed. A <see cref="PostgresException"/> that is no outage
    /// means that the database rejected what the rules allow: a bug, and nothing was written.
    /// </exception>
    public async Task<BatchResult> ApplyAsync(
        IReadOnlyList<LinkedCommands> linkedCommands, bool waitForLocks, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryApplyAsync(linkedCommands, waitForLocks, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                if (!waitForLocks)
                {
                    // Not a wallet's row, which is skipped, but the table or a row that is being written.
                    return new BatchResult([], [], linkedCommands);
                }
                waitForLocks = false;
            }
            catch (PostgresException exception) when (LeavesConnections(exception))
            {
                dataSource.Value.Clear();
                if (DatabaseErrors.IsReadOnly(exception) || attempt == MaxAttempts)
                {
                    throw;
                }
            }
            catch (PostgresException exception) when (IsConflict(exception) && attempt < MaxAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << attempt)), time, cancellationToken);
            }
        }
    }

    /// <summary>Those of the wallets that another transaction keeps locked.</summary>
    public async Task<HashSet<Guid>> FindLockedAsync(Guid[] userIds, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await dataSource.Value.OpenConnectionAsync(cancellationToken);
            await using var sqlBatch = LedgerSql.FindLocked(connection, userIds);
            await using var reader = await sqlBatch.ExecuteReaderAsync(cancellationToken);
            var free = await ReadUsersAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            var known = await ReadUsersAsync(reader, cancellationToken);
            known.ExceptWith(free);
            return known;
        }
        catch (PostgresException exception) when (LeavesConnections(exception))
        {
            dataSource.Value.Clear();
            throw;
        }
    }

    // Whether the open connections are of no more use: the server has become a standby, or a batch has ended in the middle and
    // the driver takes the statements after it for prepared.
    private static bool LeavesConnections(PostgresException exception) =>
        DatabaseErrors.IsReadOnly(exception) || exception.SqlState == PostgresErrorCodes.InvalidSqlStatementName;

    private static bool IsConflict(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    private async Task<BatchResult> TryApplyAsync(
        IReadOnlyList<LinkedCommands> linkedCommands, bool waitForLocks, CancellationToken cancellationToken)
    {
        // The pool rolls back the transaction of a connection that is returned to it.
        await using var connection = await dataSource.Value.OpenConnectionAsync(cancellationToken);
        var (commands, setAside) = (CommandsOf(linkedCommands), (IReadOnlyList<LinkedCommands>)[]);
        var joins = new JoinPaths();
        if (await LockAndFollowAsync(connection, commands, joins, waitForLocks, cancellationToken) is not var (batch, now, locked))
        {
            return new BatchResult([], [], linkedCommands);
        }
        if (locked.Count > 0)
        {
            locked.UnionWith(joins.All.Select(join => join.UserId).Where(userId => locked.Contains(joins.EndOf(userId))));
            (linkedCommands, setAside) = LockedWallets.Split(linkedCommands, locked);
            commands = CommandsOf(linkedCommands);
        }
        if (commands.Length == 0)
        {
            return new BatchResult([], [], setAside);
        }
        await LoadLotsAsync(connection, batch, commands, joins, cancellationToken);
        var outcomes = batch.Decide(linkedCommands, now);
        await WriteAsync(connection, batch, cancellationToken);
        checkpointer.Committed(batch.Transfers);
        changes.Publish(batch.ChangedAccounts.Select(account => account.UserId));
        return new BatchResult(linkedCommands, outcomes, setAside);
    }

    private static Command[] CommandsOf(IEnumerable<LinkedCommands> linkedCommands) =>
        [.. linkedCommands.SelectMany(linked => linked.Commands)];

    private static async Task<HashSet<Guid>> ReadUsersAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var users = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            users.Add(reader.GetGuid(0));
        }
        return users;
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
