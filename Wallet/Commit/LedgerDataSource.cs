using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>The connections of the writers, separate from those for queries because their query plans must not change.</summary>
internal sealed class LedgerDataSource(string connectionString) : IAsyncDisposable
{
    /// <summary>Created by the migrations.</summary>
    public const string Role = "reelballers_wallet_ledger";

    /// <summary>The connection pool.</summary>
    public NpgsqlDataSource Value { get; } = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "Wallet ledger",
        Timeout = 5,
        CommandTimeout = 10,
        MaxPoolSize = 4,
        MaxAutoPrepare = 20,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
        // A statement that was prepared while a table was empty would keep its sequential scan when the table has grown.
        // The role can add transfers but not change them.
        Options = $"-c enable_seqscan=off -c role={Role}",
    });

    public ValueTask DisposeAsync() => Value.DisposeAsync();
}
