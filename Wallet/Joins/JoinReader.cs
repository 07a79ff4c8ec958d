using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>Reads where a wallet's credits are when it was joined into another one.</summary>
internal sealed class JoinReader(NpgsqlDataSource dataSource)
{
    /// <summary>The joins from this wallet to the open one; none when it is open.</summary>
    public async Task<JoinPaths> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var load = LedgerSql.LoadJoins(connection, [userId]);
        await using var reader = await load.ExecuteReaderAsync(cancellationToken);
        var joins = new JoinPaths();
        while (await reader.ReadAsync(cancellationToken))
        {
            joins.Add(LedgerSql.ReadJoin(reader));
        }
        return joins;
    }
}
