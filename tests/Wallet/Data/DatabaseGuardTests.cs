using Npgsql;
using ReelBallers.TestKit;

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
        await using var dataSource = new LedgerDataSource(fixture.Database.ConnectionString);
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

    // An empty table is cheapest to scan, and the plan of a prepared statement may not change when it grows.
    [Fact]
    public async Task Statements_prepared_on_empty_tables_use_the_indexes()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (await ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = database.ConnectionString }))
        {
        }
        await database.ExecuteAsync("VACUUM ANALYZE accounts, transfers, holds");
        await using var dataSource = new LedgerDataSource(database.ConnectionString);
        await using var connection = await dataSource.Value.OpenConnectionAsync();
        var lookups = LedgerSql.LockAndLoad(
            connection, [new PlaceHold(Guid.NewGuid(), "key", "job", 1, null)], out _).BatchCommands.Cast<NpgsqlBatchCommand>()
                .Select(command => command.CommandText).ToArray();
        string[] indexes = ["pk_accounts", "ux_transfers_user_id_idempotency_key", "pk_holds"];

        foreach (var (lookup, index) in lookups[1..].Zip(indexes))
        {
            var plan = await GenericPlanAsync(connection, lookup);

            Assert.Contains($"using {index}", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        }
    }

    private static async Task<string> GenericPlanAsync(NpgsqlConnection connection, string query)
    {
        var (types, values) = query.Contains("$2", StringComparison.Ordinal) ? ("uuid[], text[]", "'{}', '{}'") : ("uuid[]", "'{}'");
        await using var explain = new NpgsqlCommand(
            $"SET plan_cache_mode = force_generic_plan; PREPARE lookup ({types}) AS {query}; "
            + $"EXPLAIN EXECUTE lookup ({values}); DEALLOCATE lookup", connection);
        await using var reader = await explain.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }
        return string.Join('\n', lines);
    }
}
