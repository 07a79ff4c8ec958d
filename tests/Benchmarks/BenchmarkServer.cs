using LocalPostgres;
using Npgsql;

namespace ReelBallers.Benchmarks;

/// <summary>The PostgreSQL server that both sides use, durable and with default settings.</summary>
public sealed class BenchmarkServer : IAsyncDisposable
{
    private readonly string _directory;

    private BenchmarkServer(PostgresServer server, string directory) => (Postgres, _directory) = (server, directory);

    public PostgresServer Postgres { get; }

    public static async Task<BenchmarkServer> StartAsync(CancellationToken cancellationToken)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"reelballers-bench-{Guid.NewGuid():N}");
        return new BenchmarkServer(
            await PostgresServer.StartAsync(new PostgresServerOptions { DataDirectory = directory }, cancellationToken), directory);
    }

    /// <summary>Creates a database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await ExecuteAsync(ConnectionString("postgres"), $"CREATE DATABASE {name}", cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>Copies a database that nothing is connected to, over an earlier copy, and returns the copy's connection string.</summary>
    public async Task<string> CopyDatabaseAsync(string name, string copy, CancellationToken cancellationToken)
    {
        await ExecuteAsync(ConnectionString("postgres"), $"DROP DATABASE IF EXISTS {copy} WITH (FORCE)", cancellationToken);
        await ExecuteAsync(ConnectionString("postgres"), $"CREATE DATABASE {copy} TEMPLATE {name}", cancellationToken);
        return ConnectionString(copy);
    }

    public static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString); // Its pool ends with it.
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<T> ScalarAsync<T>(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString); // Its pool ends with it.
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The directory of PostgreSQL's programs, and its version.</summary>
    public async Task<(string Programs, string Version)> DescribeAsync(CancellationToken cancellationToken) =>
        (await ScalarAsync<string>(
            ConnectionString("postgres"), "SELECT setting FROM pg_config() WHERE name = 'BINDIR'", cancellationToken),
            await ScalarAsync<string>(ConnectionString("postgres"), "SELECT current_setting('server_version')", cancellationToken));

    public async ValueTask DisposeAsync()
    {
        // The data is deleted, so an immediate shutdown is enough.
        await Postgres.StopAsync(PostgresStop.Immediate);
        await Postgres.DisposeAsync();
        PostgresServer.DeleteData(_directory);
    }

    private string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(Postgres.ConnectionString) { Database = database }.ConnectionString;
}
