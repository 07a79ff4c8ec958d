using Npgsql;

namespace ReelBallers.Wallet.Tests;

/// <summary>What the database refuses, whoever asks.</summary>
[Collection("Wallet")]
public sealed class DatabaseGuardTests(WalletFixture fixture)
{
    [Theory]
    [InlineData("UPDATE transfers SET amount_cents = amount_cents + 1")]
    [InlineData("UPDATE transfers SET description = 'x' WHERE false")]
    [InlineData("DELETE FROM transfers")]
    [InlineData("TRUNCATE transfers")]
    public async Task A_transfer_cannot_be_changed_or_removed(string sql)
    {
        var user = await fixture.UserWithAsync(100);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => fixture.Database.ExecuteAsync(sql));

        Assert.Equal("23001", refusal.SqlState);
        Assert.Single(await fixture.StatementAsync(user));
    }

    [Theory]
    [InlineData("UPDATE accounts SET balance_cents = -1 WHERE user_id = '{0}'", "ck_accounts_balance")]
    [InlineData("UPDATE accounts SET held_cents = -1 WHERE user_id = '{0}'", "ck_accounts_held")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 9, 4, 1, 0, 1, null, null, null, 5, now(), null, null)", "ck_transfers_amount")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 9, 1, 1, 5, 1, null, null, null, 5, now(), null, null)", "ck_transfers_accounts")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 9, 1, 3, 5, 2, null, null, null, -5, now(), null, null)", "ck_transfers_balance_after")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 1, 4, 1, 5, 1, null, null, null, 5, now(), null, null)", "pk_transfers")]
    [InlineData("INSERT INTO transfers VALUES ('{0}', 9, 4, 1, 5, 1, null, null, null, 5, now(), 'seed', '{0}')", "ux_transfers_user_id_idempotency_key")]
    [InlineData("DELETE FROM accounts WHERE user_id = '{0}'", "fk_transfers_accounts_user_id")]
    public async Task What_the_rules_promise_is_promised_again(string sql, string constraint)
    {
        var user = await fixture.UserWithAsync(100);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => fixture.Database.ExecuteAsync(sql.Replace("{0}", user, StringComparison.Ordinal)));

        Assert.Equal(constraint, refusal.ConstraintName);
    }

    [Fact]
    public async Task A_key_is_looked_up_by_its_index_even_by_a_plan_from_when_the_table_was_empty()
    {
        var plan = string.Join('\n', await PlanAsync(fixture.Database.ConnectionString));

        Assert.Contains("ux_transfers_user_id_idempotency_key", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on transfers", plan, StringComparison.Ordinal);
    }

    private static async Task<List<string>> PlanAsync(string connectionString)
    {
        await using var dataSource = new LedgerDataSource(connectionString);
        await using var connection = await dataSource.Value.OpenConnectionAsync();
        var find = LedgerStatements.LockAndLoad(connection, []).BatchCommands[2].CommandText;
        await using var explain = new NpgsqlCommand(
            $"SET plan_cache_mode = force_generic_plan; PREPARE find (uuid[], text[]) AS {find}; EXPLAIN EXECUTE find (ARRAY[]::uuid[], ARRAY[]::text[])", connection);
        await using var reader = await explain.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }
        return lines;
    }
}
