using LocalPostgres;
using Npgsql;

namespace ReelBallers.AppHost.Tests;

/// <summary>A data directory of one test, and how to start a server on it.</summary>
public abstract class TemporaryData : IDisposable
{
    protected string Data { get; } = Path.Combine(Path.GetTempPath(), $"apphost-tests-{Guid.NewGuid():N}");

    public void Dispose()
    {
        PostgresServer.DeleteData(Data);
        GC.SuppressFinalize(this);
    }

    private protected PostgresServerOptions Options => new() { DataDirectory = Data, Durable = false };

    private protected static Task<object?> QueryAsync(PostgresServer server, string sql) =>
        ExecuteAsync(server.ConnectionString + ";Database=postgres", sql);

    private protected static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The statements stand in these tests.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }
}
