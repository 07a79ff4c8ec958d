using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// A lock in the service's database. It belongs to its connection, so the lock of a replica that dies is free again; a
/// holder that loses its connection loses the lock without being told.
/// </summary>
public sealed class AdvisoryLock(NpgsqlDataSource dataSource, long key)
{
    /// <summary>The held lock, to be disposed of; null while another connection holds it.</summary>
    public Task<IAsyncDisposable?> TryTakeAsync(CancellationToken cancellationToken) => TakeAsync(
        async connection =>
        {
            await using var take = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection)
            {
                Parameters = { new() { Value = key } },
            };
            return await take.ExecuteScalarAsync(cancellationToken) is true;
        },
        cancellationToken);

    /// <summary>The held lock, to be disposed of, once no other connection holds it.</summary>
    /// <exception cref="NpgsqlException">Another connection holds it for longer than the timeout.</exception>
    public async Task<IAsyncDisposable> TakeAsync(int timeoutSeconds, CancellationToken cancellationToken) => (await TakeAsync(
        async connection =>
        {
            await using var take = new NpgsqlCommand("select pg_advisory_lock($1)", connection)
            {
                Parameters = { new() { Value = key } },
                CommandTimeout = timeoutSeconds,
            };
            await take.ExecuteNonQueryAsync(cancellationToken);
            return true;
        },
        cancellationToken))!;

    private async Task<IAsyncDisposable?> TakeAsync(
        Func<NpgsqlConnection, Task<bool>> isTakenAsync, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            if (await isTakenAsync(connection))
            {
                return new Held(connection, key);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        await connection.DisposeAsync();
        return null;
    }

    private sealed class Held(NpgsqlConnection connection, long key) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using var _ = connection;
            await using var release = new NpgsqlCommand("select pg_advisory_unlock($1)", connection)
            {
                Parameters = { new() { Value = key } },
            };
            try
            {
                await release.ExecuteNonQueryAsync(CancellationToken.None);
            }
            catch (NpgsqlException) when (connection.FullState.HasFlag(System.Data.ConnectionState.Broken))
            {
                // The lock ended with the connection.
            }
        }
    }
}
