using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace LocalPostgres.Hosting;

/// <summary>The databases of a server, by SQL.</summary>
internal static class ServerDatabases
{
    // Of the database to connect to for the others: it exists on every server.
    private const string Maintenance = "postgres";

    /// <summary>Whether the server accepts connections.</summary>
    public static async Task<HealthCheckResult> CheckAsync(IResourceWithConnectionString server, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(server, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy($"It does not accept connections: {exception.Message}");
        }
    }

    /// <summary>Creates those that the server does not have.</summary>
    public static async Task CreateAsync(
        IResourceWithConnectionString server, IEnumerable<string> databases, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(server, cancellationToken);
        foreach (var database in databases)
        {
            await CreateAsync(connection, database, cancellationToken);
        }
    }

    /// <summary>Drops each, in use or not, and creates it again.</summary>
    public static async Task RecreateAsync(
        IResourceWithConnectionString server, IEnumerable<string> databases, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(server, cancellationToken);
        foreach (var database in databases)
        {
#pragma warning disable CA2100 // As in CreateAsync.
            await using var drop = new NpgsqlCommand($"drop database if exists {Quoted(database)} with (force)", connection);
#pragma warning restore CA2100
            await drop.ExecuteNonQueryAsync(cancellationToken);
            await CreateAsync(connection, database, cancellationToken);
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(IResourceWithConnectionString server, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(await server.ConnectionStringExpression.GetValueAsync(cancellationToken))
        {
            Pooling = false,
            Timeout = 5,
        };
        settings.Database ??= Maintenance;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task CreateAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = name } },
        };
        if (await query.ExecuteScalarAsync(cancellationToken) is not null)
        {
            return;
        }
#pragma warning disable CA2100 // A name cannot be a parameter; it stands in the AppHost's program, and is quoted.
        await using var create = new NpgsqlCommand($"create database {Quoted(name)}", connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
