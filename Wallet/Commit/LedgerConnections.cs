using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>
/// Opens the writers' connections at the start, before reads can take the last ones of the server, and checks that their
/// sessions are as the ledger needs them: with the writers' role, and not shared with other clients.
/// </summary>
internal sealed class LedgerConnections(ShardId shard, LedgerDataSource dataSource) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var connections = new List<NpgsqlConnection>();
        try
        {
            while (connections.Count < GroupCommit.Connections)
            {
                connections.Add(await OpenAsync(cancellationToken));
            }
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await dataSource.Value.OpenConnectionAsync(cancellationToken);
            await using var check = new NpgsqlCommand("SELECT current_setting('role')", connection);
            var role = (string?)await check.ExecuteScalarAsync(cancellationToken);
            return role == LedgerDataSource.Role ? connection : throw new InvalidOperationException(Pooled);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ProtocolViolation)
        {
            throw new InvalidOperationException(Pooled, exception);
        }
        catch (PostgresException exception) when (exception.SqlState
            is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidParameterValue)
        {
            throw new InvalidOperationException(
                $"The user of ConnectionStrings:{shard.ConnectionName} may not take the role {LedgerDataSource.Role}, as which the ledger "
                + $"writes. As a superuser, or as the user that created the role: GRANT {LedgerDataSource.Role} TO the user"
                + " (PostgreSQL 16 and later: WITH SET TRUE).", exception);
        }
    }

    private string Pooled =>
        $"ConnectionStrings:{shard.ConnectionName} leads to a connection pooler that drops the settings of a session, such as "
        + "PgBouncer. The ledger needs sessions of its own, for its role, its timeouts, notifications and advisory locks. Connect to "
        + "PostgreSQL directly.";
}
