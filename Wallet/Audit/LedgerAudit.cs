using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>
/// Checks the ledger; see <see cref="WalletReplay"/>. The transfers are read in pages, each in a snapshot of its own, so that
/// however long a wallet is, no snapshot keeps the database from cleaning up; they never change. Only the last of them and the
/// rows to compare are read in one snapshot.
/// </summary>
internal sealed class LedgerAudit(ShardId shard, NpgsqlDataSource dataSource, AuditMarks marks, LotCheckpoints checkpoints)
{
    private const int PageLength = 5_000;
    private const int SaveDistance = 50_000;
    private static readonly Guid LastUser = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    // Includes users that have rows but no wallet.
    private const string NextUser = """
        SELECT user_id FROM (
            (SELECT user_id FROM accounts WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM transfers WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM holds WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM payment_credits WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM freezes WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM wallet_joins WHERE user_id > $1 ORDER BY user_id LIMIT 1)) AS users
        WHERE user_id <= $2 ORDER BY user_id LIMIT 1
        """;

    private const string AccountOfUser = $"SELECT {LedgerSql.AccountColumns} FROM accounts WHERE user_id = $1";
    private const string HoldsOfUser = $"SELECT {LedgerSql.HoldColumns} FROM holds WHERE user_id = $1";
    private const string PaymentsOfUser = $"SELECT {LedgerSql.PaymentColumns} FROM payment_credits WHERE user_id = $1";
    private const string FreezesOfUser = $"SELECT {LedgerSql.FreezeColumns} FROM freezes WHERE user_id = $1";
    private const string JoinsOfUser = $"""
        SELECT {LedgerSql.JoinColumns} FROM wallet_joins WHERE user_id = $1
        UNION ALL SELECT {LedgerSql.JoinColumns} FROM wallet_joins WHERE into_user_id = $1
        """;
    private const string CheckpointOfUser = "SELECT sequence, state FROM lot_checkpoints WHERE user_id = $1";

    /// <summary>The inconsistencies of one wallet or of all, checked from their first transfers.</summary>
    public async IAsyncEnumerable<AuditFinding> RunAsync(Guid? userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = userId ?? await NextUserAsync(Guid.Empty, LastUser, cancellationToken);
        while (next is { } user)
        {
            foreach (var finding in await CheckAsync(user, fromMark: false, () => Task.CompletedTask, cancellationToken))
            {
                yield return finding;
            }
            next = userId is null ? await NextUserAsync(user, LastUser, cancellationToken) : null;
        }
    }

    /// <summary>The next user with any rows; null after the last one.</summary>
    public async Task<Guid?> NextUserAsync(Guid after, Guid last, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(NextUser);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = last });
        return await command.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    /// <summary>The inconsistencies of one wallet. What was verified is kept as a mark and as a checkpoint of the lots.</summary>
    /// <param name="userId">Whose wallet.</param>
    /// <param name="fromMark">Whether to continue from the latest mark.</param>
    /// <param name="onProgress">Called after each page of transfers.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    public async Task<IReadOnlyList<AuditFinding>> CheckAsync(
        Guid userId, bool fromMark, Func<Task> onProgress, CancellationToken cancellationToken)
    {
        var mark = fromMark ? await marks.FindAsync(userId, cancellationToken) : null;
        var replay = mark is null ? new WalletReplay(userId) : new WalletReplay(mark);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var checkpoint = (await ReadAsync(new NpgsqlCommand(CheckpointOfUser, connection), userId,
            row => (Sequence: row.GetInt64(0), State: row.GetString(1)), cancellationToken)).FirstOrDefault();
        var saved = replay.LastSequence;
        do
        {
            while (await AddPageAsync(connection, replay, userId, checkpoint, cancellationToken))
            {
                if (replay.LastSequence - saved >= SaveDistance)
                {
                    await SaveAsync(userId, replay, checkpoint.Sequence, mark is null, cancellationToken);
                    saved = replay.LastSequence;
                }
                await onProgress();
            }
        }
        while (!await CompareAsync(connection, replay, userId, checkpoint, cancellationToken));
        if (replay.LastSequence - saved >= AuditMarks.Distance)
        {
            await SaveAsync(userId, replay, checkpoint.Sequence, mark is null, cancellationToken);
        }
        return shard.Holds(userId) ? replay.Findings : [.. replay.Findings, InWrongDatabase(userId)];
    }

    // Its calls go to the other database: here it was written under another configuration, or copied.
    private AuditFinding InWrongDatabase(Guid userId) => new(
        userId, 0, AuditCode.WrongDatabase,
        $"The user is in {shard.ConnectionName} and belongs to {ShardId.NameOf(ShardId.NumberOf(userId, shard.Count))}.");

    // Whether there may be more.
    private static async Task<bool> AddPageAsync(
        NpgsqlConnection connection, WalletReplay replay, Guid userId, (long Sequence, string State) checkpoint,
        CancellationToken cancellationToken)
    {
        var page = await TransferReader.ReadPageAsync(connection, userId, replay.LastSequence, PageLength, cancellationToken);
        replay.Know(await ReadJoinsAsync(connection, userId, cancellationToken));
        foreach (var transfer in page)
        {
            replay.Add(transfer);
            if (transfer.Sequence == checkpoint.Sequence)
            {
                replay.Check(checkpoint.Sequence, checkpoint.State);
            }
        }
        return page.Count == PageLength;
    }

    private static async Task<JoinedWallets> ReadJoinsAsync(NpgsqlConnection connection, Guid userId, CancellationToken cancellationToken)
    {
        var joins = await ReadAsync(new NpgsqlCommand(JoinsOfUser, connection), userId, LedgerSql.ReadJoin, cancellationToken);
        WalletJoin[] arrived = [.. joins.Where(join => join.IntoUserId == userId)];
        var payments = arrived.Length == 0
            ? []
            : await ReadAsync(LedgerSql.LoadPayments(connection, [.. arrived.Select(join => join.UserId)]), userId, LedgerSql.ReadPayment,
                cancellationToken);
        return new JoinedWallets(joins.Find(join => join.UserId == userId), arrived, payments);
    }

    // False: so many transfers were added meanwhile that they are read first.
    private static async Task<bool> CompareAsync(
        NpgsqlConnection connection, WalletReplay replay, Guid userId, (long Sequence, string State) checkpoint,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var freezes = await ReadAsync(new NpgsqlCommand(FreezesOfUser, connection), userId, LedgerSql.ReadFreeze, cancellationToken);
        if (await AddPageAsync(connection, replay, userId, checkpoint, cancellationToken))
        {
            return false;
        }
        var accounts = await ReadAsync(new NpgsqlCommand(AccountOfUser, connection), userId, LedgerSql.ReadAccount, cancellationToken);
        var holdsOfUser = new NpgsqlCommand(HoldsOfUser, connection);
        if (replay.Jobs is { } jobs)
        {
            holdsOfUser.CommandText += " AND (state = 1 OR job_id = ANY($2))";
            holdsOfUser.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
            holdsOfUser.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. jobs] });
        }
        var holds = await ReadAsync(holdsOfUser, userId, LedgerSql.ReadHold, cancellationToken);
        var payments = await ReadAsync(new NpgsqlCommand(PaymentsOfUser, connection), userId, LedgerSql.ReadPayment, cancellationToken);
        replay.Check(accounts.SingleOrDefault(), holds, payments, freezes);
        return true;
    }

    // Nothing that contradicts itself is kept: the next check finds it again.
    private async Task SaveAsync(
        Guid userId, WalletReplay replay, long checkpointSequence, bool isFull, CancellationToken cancellationToken)
    {
        if (replay.Findings.Count > 0 || replay.Lots is not { } lots)
        {
            return;
        }
        await marks.SaveAsync(replay.Mark(), isFull, cancellationToken);
        if (lots.LastSequence - checkpointSequence >= LotCheckpoints.Distance)
        {
            await checkpoints.SaveAsync(userId, lots, replaces: false, cancellationToken);
        }
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlCommand query, Guid userId, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = query;
        if (command.Parameters.Count == 0)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }
        return rows;
    }
}
