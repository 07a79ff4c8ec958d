namespace ReelBallers.Wallet.Data.Migrations;

// The wallets that were joined into others. Written once by the ledger, like transfers.
public partial class WalletJoins
{
    private const string JoinTable = """
        CREATE TABLE wallet_joins (
            user_id uuid NOT NULL,
            into_user_id uuid NOT NULL,
            idempotency_key text COLLATE "C" NOT NULL,
            request_hash uuid NOT NULL,
            moved_cents bigint NOT NULL,
            owed_cents bigint NOT NULL,
            into_balance_cents bigint NOT NULL,
            last_sequence bigint NOT NULL,
            into_sequence bigint NOT NULL,
            actor text NOT NULL,
            reason text NULL,
            joined_at timestamptz NOT NULL,
            CONSTRAINT pk_wallet_joins PRIMARY KEY (user_id),
            CONSTRAINT ck_wallet_joins_users CHECK (user_id <> into_user_id),
            CONSTRAINT ck_wallet_joins_cents CHECK (moved_cents >= 0 AND owed_cents >= 0 AND into_balance_cents >= moved_cents));
        CREATE INDEX ix_wallet_joins_into_user_id ON wallet_joins (into_user_id);
        CREATE TRIGGER wallet_joins_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_joins
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        GRANT SELECT, INSERT ON wallet_joins TO reelballers_wallet_ledger;
        """;
}
