using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Reads the current wallets by prepared statements: no query of the service is more frequent.</summary>
internal sealed class AccountReader(ReadPool pool)
{
    private const string FindOne = $"SELECT {LedgerSql.AccountColumns} FROM accounts WHERE user_id = $1";
    private const string FindMany = $"SELECT {LedgerSql.AccountColumns} FROM accounts WHERE user_id = ANY($1)";

    /// <summary>The user's wallet; an empty one when the user has none.</summary>
    public async Task<Account> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var connection = await pool.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(FindOne, connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = userId } },
        };
        // Once a connection.
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? LedgerSql.ReadAccount(reader) : Account.Empty(userId);
    }

    /// <summary>The wallet of each of these users; an empty one for a user who has none.</summary>
    public async Task<Dictionary<Guid, Account>> FindAsync(Guid[] userIds, CancellationToken cancellationToken)
    {
        await using var connection = await pool.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(FindMany, connection)
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = userIds } },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var accounts = userIds.Distinct().ToDictionary(userId => userId, Account.Empty);
        while (await reader.ReadAsync(cancellationToken))
        {
            var account = LedgerSql.ReadAccount(reader);
            accounts[account.UserId] = account;
        }
        return accounts;
    }
}
