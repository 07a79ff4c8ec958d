namespace ReelBallers.Wallet.Data.Migrations;

// Which of the ledger's databases this is. One row at most; written by ShardGuard.
public partial class LedgerShard
{
    // A database that has wallets is the only one of its ledger: there was no other choice before.
    private const string ShardTable = """
        CREATE TABLE ledger_shard (
            is_only boolean NOT NULL DEFAULT true CONSTRAINT ck_ledger_shard_is_only CHECK (is_only),
            number smallint NOT NULL,
            count smallint NOT NULL,
            ledger_id uuid NOT NULL,
            CONSTRAINT pk_ledger_shard PRIMARY KEY (is_only),
            CONSTRAINT ck_ledger_shard_number CHECK (number >= 0 AND number < count));
        INSERT INTO ledger_shard (number, count, ledger_id) SELECT 0, 1, gen_random_uuid() WHERE EXISTS (SELECT FROM accounts);
        """;
}
