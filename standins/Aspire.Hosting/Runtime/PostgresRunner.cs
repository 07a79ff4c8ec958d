using Aspire.Hosting.ApplicationModel;
using LocalPostgres;
using Npgsql;

namespace Aspire.Hosting.Runtime;

/// <summary>A PostgreSQL server of this machine, with the databases that the model names.</summary>
internal sealed class PostgresRunner(PostgresServerResource resource, RunContext context) : Runner(resource, context)
{
    private PostgresServer? server;
    private int port;

    public override int? ProcessId => server is { Exited.IsCompleted: false } ? server.ProcessId : null;

    public override IReadOnlyDictionary<string, string> Urls =>
        port == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["tcp"] = $"postgresql://127.0.0.1:{port}" };

    protected override string? Command => null;

    public override async Task StopAsync(CancellationToken force)
    {
        if (server is null)
        {
            return;
        }
        try
        {
            await server.StopAsync(PostgresStop.Fast, force);
        }
        catch (OperationCanceledException)
        {
            await server.StopAsync(PostgresStop.Immediate, CancellationToken.None);
        }
    }

    protected override async Task<Task<int>> LaunchAsync(CancellationToken cancellationToken)
    {
        server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                DataDirectory = Context.Data.For(Name),
                Port = port, // The same again after a crash: the services know it.
                Progress = line => Context.Output.Line(Name, line),
                Log = Log.Add,
            },
            cancellationToken);
        port = server.Port;
        await CreateDatabasesAsync(server.ConnectionString, cancellationToken);
        resource.IsReachedBy(server.ConnectionString);
        return server.Exited;
    }

    private async Task CreateDatabasesAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Database=postgres;Pooling=false");
        await connection.OpenAsync(cancellationToken);
        foreach (var database in resource.Databases)
        {
            await using var query = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
            {
                Parameters = { new NpgsqlParameter { Value = database.DatabaseName } },
            };
            if (await query.ExecuteScalarAsync(cancellationToken) is null)
            {
#pragma warning disable CA2100 // A name cannot be a parameter; it stands in the AppHost's program, and is quoted.
                await using var create = new NpgsqlCommand(
                    $"create database \"{database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
#pragma warning restore CA2100
                await create.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }
}
