using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Wallet;

/// <summary>
/// The SQL of the ledger. Rows go in and keys are looked up as arrays, so that a batch of any size is the same few
/// statements. Lookups are a sub-select for each key: as a join they may be planned as a scan of the whole table.
/// </summary>
internal static class LedgerStatements
{
    private const string Lock = """
        SELECT user_id, balance_cents, held_cents, last_sequence
        FROM accounts WHERE user_id = ANY($1) ORDER BY user_id FOR UPDATE
        """;

    private const string FindKeys = """
        SELECT wanted.user_id, wanted.idempotency_key, known.request_hash, known.balance_after_cents
        FROM unnest($1, $2) AS wanted (user_id, idempotency_key)
        CROSS JOIN LATERAL (
            SELECT t.request_hash, t.balance_after_cents FROM transfers t
            WHERE t.user_id = wanted.user_id AND t.idempotency_key = wanted.idempotency_key LIMIT 1) AS known
        """;

    private const string FindHolds = """
        SELECT wanted.user_id, wanted.job_id, known.amount_cents, known.state, known.settled_cents, known.end_balance_cents
        FROM unnest($1, $2) AS wanted (user_id, job_id)
        CROSS JOIN LATERAL (
            SELECT h.amount_cents, h.state, h.settled_cents, h.end_balance_cents FROM holds h
            WHERE h.user_id = wanted.user_id AND h.job_id = wanted.job_id LIMIT 1) AS known
        """;

    private const string InsertAccounts = """
        INSERT INTO accounts (user_id, balance_cents, held_cents, last_sequence)
        SELECT wanted.user_id, 0, 0, 0 FROM unnest($1) AS wanted (user_id) ORDER BY wanted.user_id
        ON CONFLICT (user_id) DO NOTHING
        """;

    private const string InsertTransfers = """
        INSERT INTO transfers (user_id, sequence, debit_account, credit_account, amount_cents, reason, job_id,
            stripe_payment_id, description, balance_after_cents, created_at, idempotency_key, request_hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """;

    private const string UpsertHolds = """
        INSERT INTO holds (user_id, job_id, amount_cents, state, settled_cents, end_balance_cents)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (user_id, job_id) DO UPDATE
        SET state = excluded.state, settled_cents = excluded.settled_cents, end_balance_cents = excluded.end_balance_cents
        """;

    private const string UpdateAccounts = """
        UPDATE accounts SET balance_cents = new.balance_cents, held_cents = new.held_cents, last_sequence = new.last_sequence
        FROM unnest($1, $2, $3, $4) AS new (user_id, balance_cents, held_cents, last_sequence)
        WHERE accounts.user_id = new.user_id
        """;

    public static NpgsqlBatch LockAndLoad(NpgsqlConnection connection, IReadOnlyList<Command> commands)
    {
        var withHold = commands.Where(command => LedgerBatch.HoldOf(command) is not null).ToArray();
        return new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("BEGIN"),
                new NpgsqlBatchCommand(Lock) { Parameters = { Uuids(commands.Select(command => command.UserId).Distinct()) } },
                new NpgsqlBatchCommand(FindKeys)
                {
                    Parameters = { Uuids(commands.Select(command => command.UserId)), Texts(commands.Select(command => command.Key)) },
                },
                new NpgsqlBatchCommand(FindHolds)
                {
                    Parameters = { Uuids(withHold.Select(command => command.UserId)), Texts(withHold.Select(LedgerBatch.HoldOf)) },
                },
            },
        };
    }

    public static NpgsqlBatch OpenAccounts(NpgsqlConnection connection, IEnumerable<Guid> userIds) => new(connection)
    {
        BatchCommands =
        {
            new NpgsqlBatchCommand("ROLLBACK"),
            new NpgsqlBatchCommand(InsertAccounts) { Parameters = { Uuids(userIds) } },
        },
    };

    public static NpgsqlBatch WriteAndCommit(NpgsqlConnection connection, LedgerBatch batch)
    {
        var statements = new NpgsqlBatch(connection);
        if (batch.Transfers.Count > 0)
        {
            statements.BatchCommands.Add(Insert(batch.Transfers));
        }
        if (batch.ChangedHolds.Count > 0)
        {
            statements.BatchCommands.Add(Upsert(batch.ChangedHolds));
        }
        if (batch.ChangedAccounts.Count > 0)
        {
            statements.BatchCommands.Add(Update(batch.ChangedAccounts));
        }
        statements.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        return statements;
    }

    private static NpgsqlBatchCommand Insert(IReadOnlyCollection<Transfer> transfers) => new(InsertTransfers)
    {
        Parameters =
        {
            Uuids(transfers.Select(transfer => transfer.UserId)),
            Longs(transfers.Select(transfer => transfer.Sequence)),
            Shorts(transfers.Select(transfer => (short)transfer.DebitAccount)),
            Shorts(transfers.Select(transfer => (short)transfer.CreditAccount)),
            Longs(transfers.Select(transfer => transfer.AmountCents)),
            Shorts(transfers.Select(transfer => (short)transfer.Reason)),
            Texts(transfers.Select(transfer => transfer.JobId)),
            Texts(transfers.Select(transfer => transfer.StripePaymentId)),
            Texts(transfers.Select(transfer => transfer.Description)),
            Longs(transfers.Select(transfer => transfer.BalanceAfterCents)),
            Array(NpgsqlDbType.TimestampTz, transfers.Select(transfer => transfer.CreatedAt)),
            Texts(transfers.Select(transfer => transfer.IdempotencyKey)),
            Array(NpgsqlDbType.Uuid, transfers.Select(transfer => transfer.RequestHash)),
        },
    };

    private static NpgsqlBatchCommand Upsert(IReadOnlyCollection<Hold> holds) => new(UpsertHolds)
    {
        Parameters =
        {
            Uuids(holds.Select(hold => hold.UserId)),
            Texts(holds.Select(hold => hold.JobId)),
            Longs(holds.Select(hold => hold.AmountCents)),
            Shorts(holds.Select(hold => (short)hold.State)),
            Longs(holds.Select(hold => hold.SettledCents)),
            Array(NpgsqlDbType.Bigint, holds.Select(hold => hold.EndBalanceCents)),
        },
    };

    private static NpgsqlBatchCommand Update(IReadOnlyCollection<Account> accounts) => new(UpdateAccounts)
    {
        Parameters =
        {
            Uuids(accounts.Select(account => account.UserId)),
            Longs(accounts.Select(account => account.BalanceCents)),
            Longs(accounts.Select(account => account.HeldCents)),
            Longs(accounts.Select(account => account.LastSequence)),
        },
    };

    private static NpgsqlParameter Uuids(IEnumerable<Guid> values) => Array(NpgsqlDbType.Uuid, values);

    private static NpgsqlParameter Texts(IEnumerable<string?> values) => Array(NpgsqlDbType.Text, values);

    private static NpgsqlParameter Longs(IEnumerable<long> values) => Array(NpgsqlDbType.Bigint, values);

    private static NpgsqlParameter Shorts(IEnumerable<short> values) => Array(NpgsqlDbType.Smallint, values);

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType element, IEnumerable<T> values) =>
        new() { TypedValue = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | element };
}
