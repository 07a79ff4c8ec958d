namespace ReelBallers.Wallet.Data.Migrations;

// What the model cannot express. The tables are read and written by SQL only.
public partial class LedgerHardening
{
    // With defaults, so that the version before can write rows during a rollout.
    private const string PaymentColumns = """
        ALTER TABLE payment_credits
            ADD COLUMN paid_expired_taken_cents bigint NOT NULL DEFAULT 0,
            ADD COLUMN paid_owed_taken_cents bigint NOT NULL DEFAULT 0,
            ADD COLUMN bonus_expired_taken_cents bigint NOT NULL DEFAULT 0,
            ADD COLUMN bonus_owed_taken_cents bigint NOT NULL DEFAULT 0;
        """;

    // What clawbacks took of expired credits (from account 3) and as a receivable (6), less what reinstatements (reason 6) returned:
    // they returned the receivable first, at most what there was, which is the running sum above its lowest point so far.
    private const string FillPaymentColumns = """
        WITH moves AS (
            SELECT user_id, stripe_payment_id, sequence,
                CASE WHEN 4 IN (credit_account, debit_account) THEN 4 ELSE 5 END AS source,
                CASE WHEN reason = 5 AND debit_account = 3 THEN amount_cents
                    WHEN reason = 6 AND credit_account = 3 THEN -amount_cents ELSE 0 END AS expired,
                CASE WHEN reason = 5 AND debit_account = 6 THEN amount_cents
                    WHEN reason = 6 AND credit_account <> 3 THEN -amount_cents ELSE 0 END AS owed
            FROM transfers
            WHERE stripe_payment_id IS NOT NULL AND reason IN (5, 6)
                AND (credit_account IN (4, 5) OR debit_account IN (4, 5))),
        running AS (
            SELECT user_id, stripe_payment_id, source, sequence, expired,
                sum(owed) OVER (PARTITION BY user_id, stripe_payment_id, source ORDER BY sequence) AS owed
            FROM moves),
        taken AS (
            SELECT user_id, stripe_payment_id, source, sum(expired)::bigint AS expired,
                ((array_agg(owed ORDER BY sequence DESC))[1] - least(0, min(owed)))::bigint AS owed
            FROM running GROUP BY user_id, stripe_payment_id, source)
        UPDATE payment_credits p SET
            paid_expired_taken_cents = least(p.paid_clawed_back_cents, coalesce(paid.expired, 0)),
            paid_owed_taken_cents = least(p.paid_clawed_back_cents, coalesce(paid.owed, 0)),
            bonus_expired_taken_cents = least(p.bonus_clawed_back_cents, coalesce(bonus.expired, 0)),
            bonus_owed_taken_cents = least(p.bonus_clawed_back_cents, coalesce(bonus.owed, 0))
        FROM payment_credits q
        LEFT JOIN taken paid ON paid.user_id = q.user_id AND paid.stripe_payment_id = q.stripe_payment_id AND paid.source = 4
        LEFT JOIN taken bonus ON bonus.user_id = q.user_id AND bonus.stripe_payment_id = q.stripe_payment_id AND bonus.source = 5
        WHERE p.user_id = q.user_id AND p.stripe_payment_id = q.stripe_payment_id;
        """;

    // The users are divided into shares by the first digit of their id. A mark is a verified state of a wallet.
    private const string AuditTables = """
        CREATE TABLE audit_shares (
            share smallint NOT NULL,
            next_after uuid NULL,
            finished_at timestamptz NOT NULL,
            lease uuid NULL,
            leased_until timestamptz NULL,
            CONSTRAINT pk_audit_shares PRIMARY KEY (share));
        INSERT INTO audit_shares (share, finished_at) SELECT share, now() FROM generate_series(0, 15) AS share;
        CREATE TABLE audit_marks (
            user_id uuid NOT NULL,
            sequence bigint NOT NULL,
            chain_hash uuid NOT NULL,
            state text NOT NULL,
            full_at timestamptz NOT NULL,
            CONSTRAINT pk_audit_marks PRIMARY KEY (user_id));
        """;

    // Since PostgreSQL 16 who creates a role is a member of it without being allowed to take it.
    private const string GrantRole = """
        DO $$
        BEGIN
            IF current_setting('server_version_num')::int >= 160000 THEN
                IF NOT pg_has_role(current_user, 'reelballers_wallet_ledger', 'SET') THEN
                    EXECUTE 'GRANT reelballers_wallet_ledger TO CURRENT_USER WITH SET TRUE';
                END IF;
            END IF;
        END $$;
        """;

    private const string DropAll = """
        DROP TABLE audit_shares, audit_marks;
        ALTER TABLE payment_credits
            DROP COLUMN paid_expired_taken_cents, DROP COLUMN paid_owed_taken_cents,
            DROP COLUMN bonus_expired_taken_cents, DROP COLUMN bonus_owed_taken_cents;
        """;
}
