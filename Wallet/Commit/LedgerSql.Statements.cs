namespace ReelBallers.Wallet;

// The statements, each of which takes all rows of a batch at once.
internal static partial class LedgerSql
{
    public const string AccountColumns =
        "user_id, balance_cents, held_cents, receivable_cents, freeze_count, last_sequence, updated_at, chain_hash";

    public const string HoldColumns =
        "user_id, job_id, amount_cents, state, settled_cents, end_balance_cents, expires_at, placed_sequence, end_sequence";

    public const string PaymentColumns =
        "user_id, stripe_payment_id, paid_cents, paid_clawed_back_cents, paid_expired_cents, "
        + "bonus_cents, bonus_clawed_back_cents, bonus_expired_cents, "
        + "paid_expired_taken_cents, paid_owed_taken_cents, bonus_expired_taken_cents, bonus_owed_taken_cents";

    public const string FreezeColumns = "user_id, reference, lifted";

    public const string JoinColumns =
        "user_id, into_user_id, idempotency_key, request_hash, moved_cents, owed_cents, into_balance_cents, last_sequence, "
        + "into_sequence, actor, reason, joined_at";

    // Ends the transaction with an error (division by zero) unless each row of the first array was written.
    private const string CheckWritten = "SELECT 1 / (count(*) = cardinality($1))::int FROM written";

    private const string Lock = $"SELECT {AccountColumns} FROM accounts WHERE user_id = ANY($1) ORDER BY user_id FOR UPDATE";

    // Locks what is free. Which of the others exist shows what another transaction keeps locked.
    private const string LockFree = Lock + " SKIP LOCKED";

    private const string FindAccounts = "SELECT user_id FROM accounts WHERE user_id = ANY($1)";

    private const string FindFree = $"{FindAccounts} FOR UPDATE SKIP LOCKED";

    // Not the transaction's time, which is before the wait for the locks.
    private const string ReadClock = "SELECT clock_timestamp()";

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

    private const string FindPaymentsOfUsers = $"""
        SELECT {PaymentColumns} FROM payment_credits WHERE user_id = ANY($1) AND ($2 IS NULL OR stripe_payment_id = $2)
        """;

    private const string FindFreezes = $"""
        SELECT {FreezeColumns} FROM freezes WHERE (user_id, reference) IN (SELECT * FROM unnest($1, $2))
        """;

    private const string FindFreezesOfUser = $"SELECT {FreezeColumns} FROM freezes WHERE user_id = $1";

    // UNION ends even if an edit of the database has made a cycle.
    private const string FindJoins = $"""
        WITH RECURSIVE path AS (
            SELECT {JoinColumns} FROM wallet_joins WHERE user_id = ANY($1)
            UNION
            SELECT j.user_id, j.into_user_id, j.idempotency_key, j.request_hash, j.moved_cents, j.owed_cents, j.into_balance_cents,
                j.last_sequence, j.into_sequence, j.actor, j.reason, j.joined_at
            FROM path CROSS JOIN LATERAL (SELECT * FROM wallet_joins w WHERE w.user_id = path.into_user_id LIMIT 1) AS j)
        SELECT {JoinColumns} FROM path
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
        WITH written AS (
            INSERT INTO holds ({HoldColumns})
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (user_id, job_id) DO UPDATE
            SET state = excluded.state, settled_cents = excluded.settled_cents, end_balance_cents = excluded.end_balance_cents,
                end_sequence = excluded.end_sequence
            RETURNING 1)
        {CheckWritten}
        """;

    private const string UpsertPayments = $"""
        WITH written AS (
            INSERT INTO payment_credits ({PaymentColumns})
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (user_id, stripe_payment_id) DO UPDATE
            SET paid_cents = excluded.paid_cents, paid_clawed_back_cents = excluded.paid_clawed_back_cents,
                paid_expired_cents = excluded.paid_expired_cents, bonus_cents = excluded.bonus_cents,
                bonus_clawed_back_cents = excluded.bonus_clawed_back_cents, bonus_expired_cents = excluded.bonus_expired_cents,
                paid_expired_taken_cents = excluded.paid_expired_taken_cents, paid_owed_taken_cents = excluded.paid_owed_taken_cents,
                bonus_expired_taken_cents = excluded.bonus_expired_taken_cents,
                bonus_owed_taken_cents = excluded.bonus_owed_taken_cents
            RETURNING 1)
        {CheckWritten}
        """;

    private const string UpsertFreezes = $"""
        WITH written AS (
            INSERT INTO freezes (user_id, reference, lifted) SELECT * FROM unnest($1, $2, $3)
            ON CONFLICT (user_id, reference) DO UPDATE SET lifted = excluded.lifted
            RETURNING 1)
        {CheckWritten}
        """;

    private const string InsertJoins = $"""
        WITH written AS (
            INSERT INTO wallet_joins ({JoinColumns}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            RETURNING 1)
        {CheckWritten}
        """;

    private const string UpsertLotExpiries = $"""
        WITH written AS (
            INSERT INTO lot_expiries (user_id, sequence, due_at) SELECT * FROM unnest($1, $2, $3)
            ON CONFLICT (user_id, sequence) DO UPDATE SET due_at = excluded.due_at
            RETURNING 1)
        {CheckWritten}
        """;

    private const string DeleteLotExpiries = """
        DELETE FROM lot_expiries WHERE (user_id, sequence) IN (SELECT * FROM unnest($1, $2))
        """;

    private const string UpdateAccounts = $"""
        WITH written AS (
            UPDATE accounts SET balance_cents = new.balance_cents, held_cents = new.held_cents, receivable_cents = new.receivable_cents,
                freeze_count = new.freeze_count, last_sequence = new.last_sequence, updated_at = new.updated_at,
                chain_hash = new.chain_hash
            FROM (SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8))
                AS new ({AccountColumns})
            WHERE accounts.user_id = new.user_id
            RETURNING 1)
        {CheckWritten}
        """;
}
