using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

public class ReplicaStopTests
{
    [Fact]
    public async Task A_replica_that_is_stopped_twice_deletes_its_row_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table replicas (replica_id uuid primary key, seen_at timestamptz not null);
            create table intents (kind text, lane text, dead_since timestamptz);
            """);
        var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
        using var replicas = new Replicas(dataSource, TimeProvider.System, NullLogger<Replicas>.Instance);
        var cancelled = TestContext.Current.CancellationToken;
        await replicas.StartAsync(cancelled);
        Assert.Equal(1L, await CountAsync(dataSource, cancelled));

        var stopping = replicas.StopAsync(cancelled);
        await replicas.StopAsync(cancelled);
        Assert.Equal(0L, await CountAsync(dataSource, cancelled));
        await stopping;
        // As the host's services are, once one of those who stop it has seen the end.
        await dataSource.DisposeAsync();
        await replicas.StopAsync(cancelled);
    }

    private static async Task<object?> CountAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select count(*) from replicas");
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
