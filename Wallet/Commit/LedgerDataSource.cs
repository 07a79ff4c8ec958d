using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>The ledger's own connections, apart from those that serve reading: their plans must not change.</summary>
internal sealed class LedgerDataSource(string connectionString) : IAsyncDisposable
{
    /// <summary>Made by the migrations.</summary>
    public const string Role = "reelballers_wallet_ledger";

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
        // The role may add transfers and not change them, whatever the one that migrates may do.
        Options = $"-c enable_seqscan=off -c role={Role}",
    });

    public ValueTask DisposeAsync() => Value.DisposeAsync();
}
