namespace ReelBallers.Wallet.Data.Migrations;

// What the model cannot express. The tables are read and written by SQL only.
public partial class Initial
{
    private const string Tables = """
        CREATE TABLE payment_credits (
            user_id uuid NOT NULL,
            stripe_payment_id text COLLATE "C" NOT NULL,
            paid_cents bigint NOT NULL,
            paid_clawed_back_cents bigint NOT NULL,
            paid_expired_cents bigint NOT NULL,
            bonus_cents bigint NOT NULL,
            bonus_clawed_back_cents bigint NOT NULL,
            bonus_expired_cents bigint NOT NULL,
            CONSTRAINT pk_payment_credits PRIMARY KEY (user_id, stripe_payment_id),
            CONSTRAINT ck_payment_credits_paid CHECK (paid_clawed_back_cents BETWEEN 0 AND paid_cents AND paid_expired_cents >= 0),
            CONSTRAINT ck_payment_credits_bonus CHECK (bonus_clawed_back_cents BETWEEN 0 AND bonus_cents AND bonus_expired_cents >= 0));
        CREATE TABLE freezes (
            user_id uuid NOT NULL,
            reference text COLLATE "C" NOT NULL,
            lifted boolean NOT NULL,
            CONSTRAINT pk_freezes PRIMARY KEY (user_id, reference));
        CREATE TABLE lot_expiries (
            user_id uuid NOT NULL,
            sequence bigint NOT NULL,
            due_at timestamptz NOT NULL,
            CONSTRAINT pk_lot_expiries PRIMARY KEY (user_id, sequence));
        CREATE INDEX ix_lot_expiries_due_at ON lot_expiries (due_at, user_id, sequence);
        CREATE TABLE lot_checkpoints (
            user_id uuid NOT NULL,
            sequence bigint NOT NULL,
            state text NOT NULL,
            CONSTRAINT pk_lot_checkpoints PRIMARY KEY (user_id));
        -- Every debit updates its wallet's row: with room on the page no index entry has to be written.
        ALTER TABLE accounts SET (fillfactor = 50);
        """;

    // By statement: it costs an insert nothing, and rejects even a change that matches no row.
    private const string AppendOnly = """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: % is rejected', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """;

    // The same computation as in the service, so that an auditor needs none of its code.
    private const string ChainFunctions = """
        CREATE FUNCTION transfer_hash_text(content text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
            SELECT coalesce(int4send(octet_length(convert_to(content, 'UTF8'))) || convert_to(content, 'UTF8'), int4send(-1)) $$;
        CREATE FUNCTION transfer_hash_time(content timestamptz) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
            SELECT int8send(coalesce((extract(epoch FROM content) * 1000000)::bigint, 0)) $$;
        CREATE FUNCTION transfer_hash(previous uuid, t transfers) RETURNS uuid LANGUAGE sql STABLE AS $$
            SELECT encode(substr(sha256(
                uuid_send(previous) || uuid_send(t.user_id) || int8send(t.sequence) || int2send(t.debit_account) || int2send(t.credit_account)
                || int8send(t.amount_cents) || int2send(t.reason) || int8send(t.balance_after_cents)
                || transfer_hash_time(t.created_at) || transfer_hash_time(t.expires_at) || int8send(coalesce(t.lot_sequence, 0))
                || uuid_send(coalesce(t.request_hash, '00000000-0000-0000-0000-000000000000'))
                || transfer_hash_text(t.job_id) || transfer_hash_text(t.stripe_payment_id) || transfer_hash_text(t.description)
                || transfer_hash_text(t.idempotency_key)), 1, 16), 'hex')::uuid $$;
        """;

    // Roles belong to the server: another database of it may have created this one.
    private const string WriterRole = """
        DO $$
        BEGIN
            CREATE ROLE reelballers_wallet_ledger NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;
        DO $$
        BEGIN
            IF NOT pg_has_role(current_user, 'reelballers_wallet_ledger', 'MEMBER') THEN
                GRANT reelballers_wallet_ledger TO CURRENT_USER;
            END IF;
        END $$;
        GRANT USAGE ON SCHEMA public TO reelballers_wallet_ledger;
        GRANT SELECT, INSERT ON transfers TO reelballers_wallet_ledger;
        GRANT SELECT, INSERT, UPDATE ON accounts, holds, payment_credits, freezes TO reelballers_wallet_ledger;
        GRANT SELECT, INSERT, UPDATE, DELETE ON lot_expiries TO reelballers_wallet_ledger;
        GRANT SELECT ON lot_checkpoints TO reelballers_wallet_ledger;
        """;

    // Privileges go with the tables. The role stays: other databases of the server may need it.
    private const string DropAll = """
        DROP FUNCTION transfer_hash(uuid, transfers);
        DROP FUNCTION transfer_hash_time(timestamptz);
        DROP FUNCTION transfer_hash_text(text);
        DROP TRIGGER transfers_append_only ON transfers;
        DROP FUNCTION refuse_change();
        DROP TABLE payment_credits, freezes, lot_expiries, lot_checkpoints;
        REVOKE USAGE ON SCHEMA public FROM reelballers_wallet_ledger;
        """;
}
