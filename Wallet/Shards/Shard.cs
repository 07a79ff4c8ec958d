using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>What works on one of the ledger's databases, for the callers that know the user.</summary>
internal sealed class Shard(
    ShardId id, IServiceProvider services, NpgsqlDataSource dataSource, Ledger ledger, AccountReader accounts, LedgerHistory history,
    PointInTimeBalance balances, LedgerAudit audit, BalanceWatches watches, LedgerFigures figures)
{
    public ShardId Id => id;

    /// <summary>The container of everything that works on this database.</summary>
    public IServiceProvider Services => services;

    public NpgsqlDataSource DataSource => dataSource;

    public Ledger Ledger => ledger;

    public AccountReader Accounts => accounts;

    public LedgerHistory History => history;

    public PointInTimeBalance Balances => balances;

    public LedgerAudit Audit => audit;

    public BalanceWatches Watches => watches;

    public LedgerFigures Figures => figures;
}
