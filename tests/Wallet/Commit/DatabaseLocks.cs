using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

/// <summary>Locks that a test holds to delay the writers.</summary>
internal static class DatabaseLocks
{
    private const string Waiting = "datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'Wallet ledger'";

    /// <summary>Locks a wallet, as an administrator's session could.</summary>
    public static Task<HeldLock> LockAsync(this TestDatabase database, string user) =>
        database.BeginAsync($"SELECT 1 FROM accounts WHERE user_id = '{user}' FOR UPDATE");

    /// <summary>Begins a transaction with this statement.</summary>
    public static async Task<HeldLock> BeginAsync(this TestDatabase database, string sql)
    {
        var held = new HeldLock(new NpgsqlConnection(database.ConnectionString));
        await held.ExecuteAsync($"BEGIN; {sql}");
        return held;
    }

    /// <summary>Waits until a writer waits for a lock.</summary>
    public static Task WriterWaitsAsync(this TestDatabase database) => Eventually.IsTrueAsync(
        async () => await database.WaitingWritersAsync() > 0, "the writer waits for the lock");

    /// <summary>The number of writers that wait for a lock.</summary>
    public static Task<long> WaitingWritersAsync(this TestDatabase database) =>
        database.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE {Waiting}");

    /// <summary>Ends the sessions of the writers that wait for a lock.</summary>
    public static Task EndWaitingWritersAsync(this TestDatabase database) =>
        database.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {Waiting}");

    /// <summary>Creates a trigger; disposing removes it.</summary>
    public static async Task<IAsyncDisposable> TriggerAsync(this TestDatabase database, string when, string body)
    {
        var table = when.Split(" ON ")[1].Split(' ')[0];
        await database.ExecuteAsync($"""
            CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN {body}; RETURN new; END $$;
            CREATE TRIGGER fault {when} EXECUTE FUNCTION fault();
            """);
        return new Undo(() => database.ExecuteAsync($"DROP TRIGGER fault ON {table}; DROP FUNCTION fault()"));
    }
}

/// <summary>Runs when it is disposed.</summary>
internal sealed class Undo(Func<Task> undo) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await undo();
}

/// <summary>An open transaction; disposing rolls it back.</summary>
internal sealed class HeldLock(NpgsqlConnection connection) : IAsyncDisposable
{
    public async Task ExecuteAsync(string sql)
    {
        if (connection.State == System.Data.ConnectionState.Closed)
        {
            await connection.OpenAsync();
        }
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
