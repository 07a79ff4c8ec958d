using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// The connections of the writers, separate from those for queries because their query plans must not change and their
/// locks must not outlive them.
/// </summary>
internal sealed class LedgerDataSource(string connectionString, LedgerPolicy policy) : IAsyncDisposable
{
    /// <summary>Created by the migrations.</summary>
    public const string Role = "reelballers_wallet_ledger";

    // Between the two round trips of a transaction a writer only computes. One that says nothing for longer has vanished.
    private const int MaxIdleInTransactionMs = 5_000;

    /// <summary>The connection pool.</summary>
    public NpgsqlDataSource Value { get; } = NpgsqlDataSource.Create(Settings(connectionString, policy));

    public ValueTask DisposeAsync() => Value.DisposeAsync();

    private static NpgsqlConnectionStringBuilder Settings(string connectionString, LedgerPolicy policy)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "Wallet ledger",
            Timeout = 5,
            CommandTimeout = 10,
            MinPoolSize = GroupCommit.Connections,
            MaxPoolSize = GroupCommit.Connections,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
        };
        // A statement that was prepared while a table was empty would keep its sequential scan when the table has grown.
        // The role can add transfers but not change them.
        return settings.WithSession(
            "enable_seqscan=off", $"role={Role}", $"lock_timeout={(int)policy.LockTimeout.TotalMilliseconds}",
            $"idle_in_transaction_session_timeout={MaxIdleInTransactionMs}",
            // What an answer means must not depend on defaults of the server, the database or the user.
            "synchronous_commit=on", @"default_transaction_isolation=read\ committed");
    }
}
