using Npgsql;

namespace ReelBallers.Wallet.Tests;

/// <summary>What the database rejects.</summary>
[Collection("Wallet")]
public sealed class DatabaseGuardTests(WalletFixture fixture)
{
    [Theory]
    [InlineData("UPDATE transfers SET amount_cents = amount_cents + 1")]
    [InlineData("UPDATE transfers SET description = 'x' WHERE false")]
    [InlineData("DELETE FROM transfers")]
    [InlineData("TRUNCATE transfers")]
    public async Task A_transfer_cannot_be_updated_or_deleted(string sql)
    {
        var user = await fixture.UserWithAsync(100);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => fixture.Database.ExecuteAsync(sql));

        Assert.Equal("23001", refusal.SqlState);
        Assert.Single(await fixture.StatementAsync(user));
    }

    // Without the trigger, the privileges of the writers' role still prevent it.
    [Theory]
    [InlineData("UPDATE transfers SET amount_cents = amount_cents + 1")]
    [InlineData("DELETE FROM transfers")]
    [InlineData("TRUNCATE transfers")]
    [InlineData("DELETE FROM accounts")]
    [InlineData("UPDATE lot_checkpoints SET sequence = 0")]
    public async Task The_writers_role_cannot_update_or_delete_transfers(string sql)
    {
        await using var dataSource = new LedgerDataSource(fixture.Database.ConnectionString, new LedgerPolicy());
        await using var connection = await dataSource.Value.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());

        Assert.Equal("42501", refusal.SqlState);
    }

    [Theory]
    [InlineData("UPDATE accounts SET balance_cents = -1 WHERE user_id = '{0}'", "ck_accounts_balance")]
    [InlineData("UPDATE accounts SET held_cents = -1 WHERE user_id = '{0}'", "ck_accounts_held")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 9, 4, 1, 0, 1, null, null, null, 5, now(), null, null, null, null, '{0}')",
        "ck_transfers_amount")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 9, 1, 1, 5, 1, null, null, null, 5, now(), null, null, null, null, '{0}')",
        "ck_transfers_accounts")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 9, 1, 3, 5, 2, null, null, null, -5, now(), null, null, null, null, '{0}')",
        "ck_transfers_balance_after")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 1, 4, 1, 5, 1, null, null, null, 5, now(), null, null, null, null, '{0}')",
        "pk_transfers")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 9, 4, 1, 5, 1, null, null, null, 5, now(), 'seed', '{0}', null, null, '{0}')",
        "ux_transfers_user_id_idempotency_key")]
    public async Task Constraints_enforce_the_invariants_of_the_rules(string sql, string constraint)
    {
        var user = await fixture.UserWithAsync(100);

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => fixture.Database.ExecuteAsync(sql.Replace("{0}", user, StringComparison.Ordinal)));

        Assert.Equal(constraint, refusal.ConstraintName);
    }
}
