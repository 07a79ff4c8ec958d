using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>The ledger's own connections, apart from those that serve reading: their plans must not change.</summary>
internal sealed class LedgerDataSource(string connectionString) : IAsyncDisposable
{
    /// <summary>The pool.</summary>
    public NpgsqlDataSource Value { get; } = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "Wallet ledger",
        Timeout = 5,
        CommandTimeout = 10,
        MaxPoolSize = 4,
        MaxAutoPrepare = 20,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
        // A statement that was prepared while a table was empty keeps its sequential scan when the table has grown.
        Options = "-c enable_seqscan=off",
    });

    public ValueTask DisposeAsync() => Value.DisposeAsync();
}
