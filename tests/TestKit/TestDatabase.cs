using System.Collections.Concurrent;
using LocalPostgres;
using Npgsql;

namespace ReelBallers.TestKit;

/// <summary>A fresh database on a real PostgreSQL that all tests of an assembly share.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly string DataDirectory = Path.Combine(Path.GetTempPath(), $"reelballers-test-{Guid.NewGuid():N}");
    private static readonly Lazy<Task<PostgresServer>> Server = new(StartServerAsync);
    private static readonly ConcurrentStack<IAsyncDisposable> Shared = new();
    private readonly string _name;
    private readonly bool _isShared;

    private TestDatabase(string name, string connectionString, bool isShared) =>
        (_name, ConnectionString, _isShared) = (name, connectionString, isShared);

    /// <summary>With the database's name in it.</summary>
    public string ConnectionString { get; }

    /// <summary>The server that carries it, for tests that stop and start it.</summary>
    public static Task<PostgresServer> ServerAsync() => Server.Value;

    public static async Task<TestDatabase> CreateAsync() => await CreateAsync(await Server.Value, isShared: true);

    /// <summary>On a server that only this test uses; the database goes away with it.</summary>
    public static Task<TestDatabase> CreateAsync(PostgresServer server) => CreateAsync(server, isShared: false);

    // TEST_DATABASE_OWNER=ordinary: owned by a user who may create roles and is no superuser.
    private static async Task<TestDatabase> CreateAsync(PostgresServer server, bool isShared)
    {
        var name = $"test_{Guid.NewGuid():N}";
        var connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Database = name,
            MaxPoolSize = 30,
        };
        if (Environment.GetEnvironmentVariable("TEST_DATABASE_OWNER") == "ordinary")
        {
            // As in a managed PostgreSQL: no superuser.
            await ExecuteAsync(server, """
                do $$ begin
                    create role ordinary_owner login createrole createdb password 'ordinary' in role pg_read_all_stats, pg_signal_backend;
                exception when duplicate_object or unique_violation then null;
                end $$
                """);
            (connectionString.Username, connectionString.Password) = ("ordinary_owner", "ordinary");
        }
        await ExecuteAsync(server, $"create database {name} owner {connectionString.Username}");
        return new TestDatabase(name, connectionString.ConnectionString, isShared);
    }

    /// <summary>Runs a query that gives one value.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException($"No value: {sql}"));
    }

    /// <summary>Runs a statement.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }
        if (!_isShared)
        {
            return;
        }
        await ExecuteAsync(await Server.Value, $"drop database if exists {_name} with (force)");
    }

    private static Task<PostgresServer> StartServerAsync() => PostgresServer.StartAsync(
        new PostgresServerOptions
        {
            DataDirectory = DataDirectory,
            Durable = false,
            // Classes of tests run at the same time, and each has the pools of several services.
            Settings = new Dictionary<string, string> { ["max_connections"] = "500" },
        },
        CancellationToken.None);

    /// <summary>Has something that all tests share disposed after the last test, while the server still runs.</summary>
    public static void DisposeAtEnd(IAsyncDisposable shared) => Shared.Push(shared);

    /// <summary>Stops the server of all tests and removes its data, if there was one. No test may run any more.</summary>
    internal static async Task StopServerAsync()
    {
        while (Shared.TryPop(out var shared))
        {
            await shared.DisposeAsync();
        }
        if (Server.IsValueCreated)
        {
            await (await Server.Value).DisposeAsync();
            PostgresServer.DeleteData(DataDirectory);
        }
    }

    private static async Task ExecuteAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
