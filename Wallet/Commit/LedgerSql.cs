using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Wallet;

/// <summary>
/// The SQL of the ledger. Rows and keys are passed as arrays, so that a batch of any size uses the same few statements.
/// Keys are looked up by a lateral subquery, since a join may be planned as a scan of the whole table. Where every command
/// has a row, the arrays are unnested in the select list: in FROM, PostgreSQL would materialize each of them.
/// </summary>
internal static class LedgerSql
{
    public const string AccountColumns =
        "user_id, balance_cents, held_cents, receivable_cents, freeze_count, last_sequence, updated_at, chain_hash";

    public const string HoldColumns =
        "user_id, job_id, amount_cents, state, settled_cents, end_balance_cents, expires_at, placed_sequence, end_sequence";

    public const string PaymentColumns =
        "user_id, stripe_payment_id, paid_cents, paid_clawed_back_cents, paid_expired_cents, "
        + "bonus_cents, bonus_clawed_back_cents, bonus_expired_cents";

    public const string FreezeColumns = "user_id, reference, lifted";

    private const string Lock = $"SELECT {AccountColumns} FROM accounts WHERE user_id = ANY($1) ORDER BY user_id FOR UPDATE";

    private const string FindKeys = """
        SELECT wanted.user_id, wanted.idempotency_key, known.request_hash, known.balance_after_cents
        FROM (SELECT unnest($1) AS user_id, unnest($2) AS idempotency_key) AS wanted
        CROSS JOIN LATERAL (
            SELECT t.request_hash, t.balance_after_cents FROM transfers t
            WHERE t.user_id = wanted.user_id AND t.idempotency_key = wanted.idempotency_key LIMIT 1) AS known
        """;

    private const string FindHolds = """
        SELECT wanted.user_id, wanted.job_id,
            known.amount_cents, known.state, known.settled_cents, known.end_balance_cents, known.expires_at,
            known.placed_sequence, known.end_sequence
        FROM unnest($1, $2) AS wanted (user_id, job_id)
        CROSS JOIN LATERAL (
            SELECT h.amount_cents, h.state, h.settled_cents, h.end_balance_cents, h.expires_at, h.placed_sequence, h.end_sequence
            FROM holds h
            WHERE h.user_id = wanted.user_id AND h.job_id = wanted.job_id LIMIT 1) AS known
        """;

    private const string FindPayments = $"""
        SELECT {PaymentColumns} FROM payment_credits
        WHERE (user_id, stripe_payment_id) IN (SELECT * FROM unnest($1, $2))
        """;

    private const string FindPaymentsOfUser = $"""
        SELECT {PaymentColumns} FROM payment_credits WHERE user_id = $1 AND ($2 IS NULL OR stripe_payment_id = $2)
        """;

    private const string FindFreezes = $"""
        SELECT {FreezeColumns} FROM freezes WHERE (user_id, reference) IN (SELECT * FROM unnest($1, $2))
        """;

    private const string InsertAccounts = $"""
        INSERT INTO accounts ({AccountColumns})
        SELECT wanted.user_id, 0, 0, 0, 0, 0, 'epoch', '00000000-0000-0000-0000-000000000000'
        FROM unnest($1) AS wanted (user_id) ORDER BY wanted.user_id
        ON CONFLICT (user_id) DO NOTHING
        """;

    private const string InsertTransfers = """
        INSERT INTO transfers (user_id, sequence, debit_account, credit_account, amount_cents, reason, job_id, stripe_payment_id,
            description, balance_after_cents, created_at, idempotency_key, request_hash, expires_at, lot_sequence, chain_hash)
        SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9),
            unnest($10), unnest($11), unnest($12), unnest($13), unnest($14), unnest($15), unnest($16)
        """;

    private const string UpsertHolds = $"""
        INSERT INTO holds ({HoldColumns})
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (user_id, job_id) DO UPDATE
        SET state = excluded.state, settled_cents = excluded.settled_cents, end_balance_cents = excluded.end_balance_cents,
            end_sequence = excluded.end_sequence
        """;

    private const string UpsertPayments = $"""
        INSERT INTO payment_credits ({PaymentColumns})
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (user_id, stripe_payment_id) DO UPDATE
        SET paid_cents = excluded.paid_cents, paid_clawed_back_cents = excluded.paid_clawed_back_cents,
            paid_expired_cents = excluded.paid_expired_cents, bonus_cents = excluded.bonus_cents,
            bonus_clawed_back_cents = excluded.bonus_clawed_back_cents, bonus_expired_cents = excluded.bonus_expired_cents
        """;

    private const string UpsertFreezes = """
        INSERT INTO freezes (user_id, reference, lifted) SELECT * FROM unnest($1, $2, $3)
        ON CONFLICT (user_id, reference) DO UPDATE SET lifted = excluded.lifted
        """;

    private const string UpsertLotExpiries = """
        INSERT INTO lot_expiries (user_id, sequence, due_at) SELECT * FROM unnest($1, $2, $3)
        ON CONFLICT (user_id, sequence) DO UPDATE SET due_at = excluded.due_at
        """;

    private const string DeleteLotExpiries = """
        DELETE FROM lot_expiries WHERE (user_id, sequence) IN (SELECT * FROM unnest($1, $2))
        """;

    private const string UpdateAccounts = $"""
        UPDATE accounts SET balance_cents = new.balance_cents, held_cents = new.held_cents, receivable_cents = new.receivable_cents,
            freeze_count = new.freeze_count, last_sequence = new.last_sequence, updated_at = new.updated_at, chain_hash = new.chain_hash
        FROM (SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8))
            AS new ({AccountColumns})
        WHERE accounts.user_id = new.user_id
        """;

    /// <summary>Begins a transaction, locks the wallets, and looks up the keys and the other rows that the commands need.</summary>
    /// <param name="connection">The writer's connection.</param>
    /// <param name="commands">The commands to decide.</param>
    /// <param name="others">How to load the results after the first two.</param>
    public static NpgsqlBatch LockAndLoad(
        NpgsqlConnection connection, IReadOnlyList<Command> commands, out List<Action<LedgerBatch, NpgsqlDataReader>> others)
    {
        var sqlBatch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("BEGIN"),
                new NpgsqlBatchCommand(Lock) { Parameters = { Uuids(commands.Select(command => command.UserId).Distinct()) } },
                new NpgsqlBatchCommand(FindKeys)
                {
                    Parameters = { Uuids(commands.Select(command => command.UserId)), Texts(commands.Select(command => command.Key)) },
                },
            },
        };
        others = [];
        Add(FindHolds, LedgerBatch.HoldOf, (batch, row) => batch.Load(ReadHold(row)), others);
        Add(FindPayments, LedgerBatch.PaymentOf, (batch, row) => batch.Load(ReadPayment(row)), others);
        Add(FindFreezes, LedgerBatch.FreezeOf, (batch, row) => batch.Load(ReadFreeze(row)), others);
        return sqlBatch;

        void Add(string query, Func<Command, string?> subject, Action<LedgerBatch, NpgsqlDataReader> load,
            List<Action<LedgerBatch, NpgsqlDataReader>> loads)
        {
            var about = commands.Where(command => subject(command) is not null).ToArray();
            if (about.Length > 0)
            {
                loads.Add(load);
                sqlBatch.BatchCommands.Add(new NpgsqlBatchCommand(query)
                {
                    Parameters = { Uuids(about.Select(command => command.UserId)), Texts(about.Select(subject)) },
                });
            }
        }
    }

    /// <summary>Selects one payment of a user, or all.</summary>
    public static NpgsqlCommand LoadPayments(NpgsqlConnection connection, Guid userId, string? stripePaymentId = null) =>
        new(FindPaymentsOfUser, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = userId },
                new NpgsqlParameter { Value = (object?)stripePaymentId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };

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
        var sqlBatch = new NpgsqlBatch(connection);
        // The last one for a lot counts.
        var lotExpiries = batch.LotExpiries.GroupBy(expiry => (expiry.UserId, expiry.Sequence)).Select(lot => lot.Last()).ToArray();
        Add(batch.Transfers, Insert);
        Add(batch.ChangedHolds, Upsert);
        Add(batch.ChangedPayments, Upsert);
        Add(batch.ChangedFreezes, Upsert);
        Add([.. lotExpiries.Where(expiry => expiry.DueAt is not null)], Upsert);
        Add([.. lotExpiries.Where(expiry => expiry.DueAt is null)], Delete);
        Add(batch.ChangedAccounts, Update);
        sqlBatch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        return sqlBatch;

        void Add<T>(IReadOnlyCollection<T> rows, Func<IReadOnlyCollection<T>, NpgsqlBatchCommand> write)
        {
            if (rows.Count > 0)
            {
                sqlBatch.BatchCommands.Add(write(rows));
            }
        }
    }

    public static PaymentCredits ReadPayment(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), new PaymentPart(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
        new PaymentPart(row.GetInt64(5), row.GetInt64(6), row.GetInt64(7)));

    public static Account ReadAccount(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), row.GetInt64(5),
        row.GetFieldValue<DateTimeOffset>(6), row.GetGuid(7));

    public static FreezeState ReadFreeze(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetBoolean(2));

    public static Hold ReadHold(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetInt64(2), (HoldState)row.GetInt16(3), row.GetInt64(4),
        row.IsDBNull(5) ? null : row.GetInt64(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        row.IsDBNull(7) ? null : row.GetInt64(7), row.IsDBNull(8) ? null : row.GetInt64(8));

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
            Array(NpgsqlDbType.TimestampTz, transfers.Select(transfer => transfer.ExpiresAt)),
            Array(NpgsqlDbType.Bigint, transfers.Select(transfer => transfer.LotSequence)),
            Uuids(transfers.Select(transfer => transfer.ChainHash)),
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
            Array(NpgsqlDbType.TimestampTz, holds.Select(hold => hold.ExpiresAt)),
            Array(NpgsqlDbType.Bigint, holds.Select(hold => hold.PlacedSequence)),
            Array(NpgsqlDbType.Bigint, holds.Select(hold => hold.EndSequence)),
        },
    };

    private static NpgsqlBatchCommand Upsert(IReadOnlyCollection<PaymentCredits> payments) => new(UpsertPayments)
    {
        Parameters =
        {
            Uuids(payments.Select(payment => payment.UserId)),
            Texts(payments.Select(payment => payment.StripePaymentId)),
            Longs(payments.Select(payment => payment.Paid.CreditedCents)),
            Longs(payments.Select(payment => payment.Paid.ClawedBackCents)),
            Longs(payments.Select(payment => payment.Paid.ExpiredCents)),
            Longs(payments.Select(payment => payment.Bonus.CreditedCents)),
            Longs(payments.Select(payment => payment.Bonus.ClawedBackCents)),
            Longs(payments.Select(payment => payment.Bonus.ExpiredCents)),
        },
    };

    private static NpgsqlBatchCommand Upsert(IReadOnlyCollection<FreezeState> freezes) => new(UpsertFreezes)
    {
        Parameters =
        {
            Uuids(freezes.Select(freeze => freeze.UserId)),
            Texts(freezes.Select(freeze => freeze.Reference)),
            Array(NpgsqlDbType.Boolean, freezes.Select(freeze => freeze.Lifted)),
        },
    };

    private static NpgsqlBatchCommand Upsert(IReadOnlyCollection<LotExpiry> expiries) => new(UpsertLotExpiries)
    {
        Parameters =
        {
            Uuids(expiries.Select(expiry => expiry.UserId)),
            Longs(expiries.Select(expiry => expiry.Sequence)),
            Array(NpgsqlDbType.TimestampTz, expiries.Select(expiry => expiry.DueAt!.Value)),
        },
    };

    private static NpgsqlBatchCommand Delete(IReadOnlyCollection<LotExpiry> expiries) => new(DeleteLotExpiries)
    {
        Parameters = { Uuids(expiries.Select(expiry => expiry.UserId)), Longs(expiries.Select(expiry => expiry.Sequence)) },
    };

    private static NpgsqlBatchCommand Update(IReadOnlyCollection<Account> accounts) => new(UpdateAccounts)
    {
        Parameters =
        {
            Uuids(accounts.Select(account => account.UserId)),
            Longs(accounts.Select(account => account.BalanceCents)),
            Longs(accounts.Select(account => account.HeldCents)),
            Longs(accounts.Select(account => account.ReceivableCents)),
            Array(NpgsqlDbType.Integer, accounts.Select(account => account.FreezeCount)),
            Longs(accounts.Select(account => account.LastSequence)),
            Array(NpgsqlDbType.TimestampTz, accounts.Select(account => account.UpdatedAt)),
            Uuids(accounts.Select(account => account.ChainHash)),
        },
    };

    private static NpgsqlParameter Uuids(IEnumerable<Guid> values) => Array(NpgsqlDbType.Uuid, values);

    private static NpgsqlParameter Texts(IEnumerable<string?> values) => Array(NpgsqlDbType.Text, values);

    private static NpgsqlParameter Longs(IEnumerable<long> values) => Array(NpgsqlDbType.Bigint, values);

    private static NpgsqlParameter Shorts(IEnumerable<short> values) => Array(NpgsqlDbType.Smallint, values);

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType element, IEnumerable<T> values) =>
        new() { TypedValue = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | element };
}
