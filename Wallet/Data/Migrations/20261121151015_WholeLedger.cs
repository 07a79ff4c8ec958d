using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Wallet.Migrations
{
    /// <inheritdoc />
    public partial class WholeLedger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_holds_accounts_user_id",
                table: "holds");

            migrationBuilder.DropForeignKey(
                name: "fk_transfers_accounts_user_id",
                table: "transfers");

            migrationBuilder.AddColumn<Guid>(
                name: "chain_hash",
                table: "transfers",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "expires_at",
                table: "transfers",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "lot_sequence",
                table: "transfers",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "expires_at",
                table: "holds",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "chain_hash",
                table: "accounts",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.AddColumn<int>(
                name: "freeze_count",
                table: "accounts",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "receivable_cents",
                table: "accounts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "accounts",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: DateTimeOffset.UnixEpoch);

            migrationBuilder.CreateIndex(
                name: "ix_holds_expires_at",
                table: "holds",
                column: "expires_at",
                filter: "state = 1 AND expires_at IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_accounts_freeze_count",
                table: "accounts",
                sql: "freeze_count >= 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_accounts_receivable",
                table: "accounts",
                sql: "receivable_cents >= 0");

            migrationBuilder.Sql(Tables);
            migrationBuilder.Sql(ChainFunctions);
            migrationBuilder.Sql(Backfill);
            migrationBuilder.Sql(WriterRole);
        }

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
            -- Every debit updates its wallet's row: with room on the page no index has to know.
            ALTER TABLE accounts SET (fillfactor = 50);
            """;

        // What the service computes, said a second time: whoever audits needs no code of ours.
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

        // Transfers from before there was a chain are chained as they stand.
        private const string Backfill = """
            ALTER TABLE transfers DISABLE TRIGGER transfers_append_only;
            DO $$
            DECLARE t transfers; previous uuid; owner uuid;
            BEGIN
                FOR t IN SELECT * FROM transfers ORDER BY user_id, sequence LOOP
                    IF owner IS DISTINCT FROM t.user_id THEN
                        previous := '00000000-0000-0000-0000-000000000000';
                        owner := t.user_id;
                    END IF;
                    previous := transfer_hash(previous, t);
                    UPDATE transfers SET chain_hash = previous WHERE user_id = t.user_id AND sequence = t.sequence;
                END LOOP;
            END $$;
            ALTER TABLE transfers ENABLE TRIGGER transfers_append_only;
            UPDATE accounts SET updated_at = t.created_at, chain_hash = t.chain_hash
            FROM transfers t WHERE t.user_id = accounts.user_id AND t.sequence = accounts.last_sequence;
            INSERT INTO payment_credits
            SELECT user_id, stripe_payment_id, sum(amount_cents) FILTER (WHERE reason = 1), 0, 0,
                coalesce(sum(amount_cents) FILTER (WHERE reason = 4), 0), 0, 0
            FROM transfers WHERE stripe_payment_id IS NOT NULL AND reason IN (1, 4) GROUP BY user_id, stripe_payment_id;
            """;

        // Roles belong to the server: another database of it may have made this one.
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

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // The role stays: other databases of the server may need it.
            migrationBuilder.Sql("""
                DROP FUNCTION transfer_hash(uuid, transfers);
                DROP FUNCTION transfer_hash_time(timestamptz);
                DROP FUNCTION transfer_hash_text(text);
                DROP TABLE payment_credits, freezes, lot_expiries, lot_checkpoints;
                REVOKE ALL ON transfers, accounts, holds FROM reelballers_wallet_ledger;
                ALTER TABLE accounts RESET (fillfactor);
                """);

            migrationBuilder.DropIndex(
                name: "ix_holds_expires_at",
                table: "holds");

            migrationBuilder.DropCheckConstraint(
                name: "ck_accounts_freeze_count",
                table: "accounts");

            migrationBuilder.DropCheckConstraint(
                name: "ck_accounts_receivable",
                table: "accounts");

            migrationBuilder.DropColumn(
                name: "chain_hash",
                table: "transfers");

            migrationBuilder.DropColumn(
                name: "expires_at",
                table: "transfers");

            migrationBuilder.DropColumn(
                name: "lot_sequence",
                table: "transfers");

            migrationBuilder.DropColumn(
                name: "expires_at",
                table: "holds");

            migrationBuilder.DropColumn(
                name: "chain_hash",
                table: "accounts");

            migrationBuilder.DropColumn(
                name: "freeze_count",
                table: "accounts");

            migrationBuilder.DropColumn(
                name: "receivable_cents",
                table: "accounts");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "accounts");

            migrationBuilder.AddForeignKey(
                name: "fk_holds_accounts_user_id",
                table: "holds",
                column: "user_id",
                principalTable: "accounts",
                principalColumn: "user_id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "fk_transfers_accounts_user_id",
                table: "transfers",
                column: "user_id",
                principalTable: "accounts",
                principalColumn: "user_id",
                onDelete: ReferentialAction.Restrict);
        }
    }
}
