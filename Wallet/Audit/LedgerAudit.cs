using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>Checks the ledger; see <see cref="WalletReplay"/>. Each wallet is read in one snapshot.</summary>
internal sealed class LedgerAudit(NpgsqlDataSource dataSource)
{
    // Includes users that have rows but no wallet.
    private const string NextUser = """
        SELECT user_id FROM (
            (SELECT user_id FROM accounts WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM transfers WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM holds WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM payment_credits WHERE user_id > $1 ORDER BY user_id LIMIT 1) UNION ALL
            (SELECT user_id FROM freezes WHERE user_id > $1 ORDER BY user_id LIMIT 1)) AS users
        ORDER BY user_id LIMIT 1
        """;

    // User accounts from their rows, system accounts from the transfers.
    private const string SumOfAllAccounts = """
        SELECT coalesce((SELECT sum(balance_cents + held_cents - receivable_cents) FROM accounts), 0)
             + coalesce((SELECT sum(CASE WHEN credit_account IN (3, 4, 5) THEN amount_cents ELSE 0 END
                                  - CASE WHEN debit_account IN (3, 4, 5) THEN amount_cents ELSE 0 END) FROM transfers), 0)
        """;

    private const string AccountOfUser = $"SELECT {LedgerSql.AccountColumns} FROM accounts WHERE user_id = $1";
    private const string HoldsOfUser = $"SELECT {LedgerSql.HoldColumns} FROM holds WHERE user_id = $1";
    private const string PaymentsOfUser = $"SELECT {LedgerSql.PaymentColumns} FROM payment_credits WHERE user_id = $1";
    private const string FreezesOfUser = $"SELECT {LedgerSql.FreezeColumns} FROM freezes WHERE user_id = $1";
    private const string CheckpointOfUser = "SELECT sequence, state FROM lot_checkpoints WHERE user_id = $1";

    /// <summary>The inconsistencies of one wallet, or of all wallets and their sum.</summary>
    public async IAsyncEnumerable<AuditFinding> RunAsync(Guid? userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (userId is { } one)
        {
            foreach (var finding in await CheckAsync(one, cancellationToken))
            {
                yield return finding;
            }
            yield break;
        }
        Guid? last = Guid.Empty;
        while ((last = await NextUserAsync(last.Value, cancellationToken)) is { } next)
        {
            foreach (var finding in await CheckAsync(next, cancellationToken))
            {
                yield return finding;
            }
        }
        if (await CheckSumAsync(cancellationToken) is { } sum)
        {
            yield return sum;
        }
    }

    /// <summary>The next user with any rows; null after the last one.</summary>
    public async Task<Guid?> NextUserAsync(Guid after, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(NextUser);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after });
        return await command.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    /// <summary>Null when all accounts sum to zero.</summary>
    public async Task<AuditFinding?> CheckSumAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SumOfAllAccounts);
        command.CommandTimeout = 600;
        var sum = (decimal)(await command.ExecuteScalarAsync(cancellationToken))!;
        return sum == 0 ? null
            : new AuditFinding(Guid.Empty, 0, AuditCode.SumNotZero, FormattableString.Invariant($"All accounts sum to {sum} cents."));
    }

    /// <summary>The inconsistencies of one wallet.</summary>
    public async Task<IReadOnlyList<AuditFinding>> CheckAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        // One snapshot for all of its rows.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var replay = new WalletReplay(userId);
        var (checkpoint, state) = (await ReadAsync(new NpgsqlCommand(CheckpointOfUser, connection), userId,
            row => (row.GetInt64(0), row.GetString(1)), cancellationToken)).FirstOrDefault();
        await foreach (var transfer in TransferReader.ReadAsync(connection, userId, 0, cancellationToken))
        {
            replay.Add(transfer);
            if (transfer.Sequence == checkpoint)
            {
                replay.Check(checkpoint, state);
            }
        }
        var accounts = await ReadAsync(new NpgsqlCommand(AccountOfUser, connection), userId, LedgerSql.ReadAccount, cancellationToken);
        var holds = await ReadAsync(new NpgsqlCommand(HoldsOfUser, connection), userId, LedgerSql.ReadHold, cancellationToken);
        var payments = await ReadAsync(new NpgsqlCommand(PaymentsOfUser, connection), userId, LedgerSql.ReadPayment, cancellationToken);
        var freezes = await ReadAsync(new NpgsqlCommand(FreezesOfUser, connection), userId, LedgerSql.ReadFreeze, cancellationToken);
        replay.Check(accounts.SingleOrDefault(), holds, payments, freezes);
        return replay.Findings;
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlCommand query, Guid userId, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = query;
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }
        return rows;
    }
}
