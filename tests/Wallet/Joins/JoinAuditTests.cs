using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

/// <summary>What the audit and the database say about edited joins.</summary>
public sealed class JoinAuditTests(WalletFixture fixture) : IClassFixture<WalletFixture>
{
    [Theory]
    [InlineData("UPDATE wallet_joins SET moved_cents = moved_cents - 1 WHERE user_id = '{0}'", "join_mismatch", "join_mismatch")]
    [InlineData("UPDATE wallet_joins SET owed_cents = 3 WHERE user_id = '{0}'", "join_mismatch", "join_mismatch")]
    [InlineData("UPDATE wallet_joins SET last_sequence = 1 WHERE user_id = '{0}'", "join_mismatch", "")]
    [InlineData("DELETE FROM wallet_joins WHERE user_id = '{0}'",
        "join_mismatch,join_mismatch", "payment_mismatch,payment_mismatch,join_mismatch")]
    [InlineData("UPDATE freezes SET lifted = true WHERE user_id = '{0}'", "freeze_mismatch,join_mismatch", "")]
    [InlineData("UPDATE payment_credits SET paid_cents = paid_cents + 1 WHERE user_id = '{0}' AND stripe_payment_id = 'pi_1'",
        "payment_mismatch", "payment_mismatch")]
    [InlineData("UPDATE payment_credits SET paid_cents = paid_cents + 1 WHERE user_id = '{1}' AND stripe_payment_id = 'pi_1'",
        "", "payment_mismatch")]
    public async Task An_edited_join_is_found(string edit, string codesFrom, string codesInto)
    {
        var (from, into) = (await fixture.UserWithAsync(100), Guid.NewGuid().ToString());
        await DisputeAsync(from);
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));
        await fixture.Wallet.ReinstateAsync(Requests.Reinstate(from, "won", 45));
        Assert.Empty(await fixture.AuditAsync(from));
        Assert.Empty(await fixture.AuditAsync(into));

        var sql = edit.Replace("{0}", from, StringComparison.Ordinal).Replace("{1}", into, StringComparison.Ordinal);
        await fixture.Database.ExecuteAsync($"""
            ALTER TABLE wallet_joins DISABLE TRIGGER wallet_joins_append_only; {sql};
            ALTER TABLE wallet_joins ENABLE TRIGGER wallet_joins_append_only;
            """);

        Assert.Equal(codesFrom, string.Join(',', (await fixture.AuditAsync(from)).Select(finding => finding.Code)));
        Assert.Equal(codesInto, string.Join(',', (await fixture.AuditAsync(into)).Select(finding => finding.Code)));
    }

    [Theory]
    [InlineData("UPDATE wallet_joins SET into_user_id = user_id")]
    [InlineData("DELETE FROM wallet_joins")]
    public async Task A_join_cannot_be_updated_or_deleted(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => fixture.Database.ExecuteAsync(sql));
        Assert.Equal("23001", refusal.SqlState);

        // Without the trigger, the privileges of the writers' role still prevent it.
        await using var dataSource = new LedgerDataSource(fixture.Database.ConnectionString, new LedgerPolicy());
        await using var connection = await dataSource.Value.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
    }

    // What the wallets of a batch cost when none of them is frozen.
    [Fact]
    public async Task Commands_of_wallets_that_are_not_frozen_read_no_joins()
    {
        var (user, frozen) = (await fixture.UserWithAsync(100), await fixture.UserWithAsync(100));
        await fixture.Wallet.FreezeAsync(new V1.FreezeRequest { UserId = frozen, Reference = "dp_1" });
        await fixture.Database.ExecuteAsync($"REVOKE SELECT ON wallet_joins FROM {LedgerDataSource.Role}");
        try
        {
            await fixture.Wallet.CreditAsync(Requests.Credit(user, "credit", 10));
            await fixture.Wallet.DebitAsync(Requests.Debit(user, "debit", 10));
            await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 10));
            await fixture.Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 5));
            await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 10));
            // The privilege was missing.
            Assert.Equal(
                "internal_error", await WalletFixture.CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(frozen, "debit", 1))));
        }
        finally
        {
            await fixture.Database.ExecuteAsync($"GRANT SELECT ON wallet_joins TO {LedgerDataSource.Role}");
        }
    }

    // A mark is a state in the middle: the audit continues from it over a join and what comes after.
    [Fact]
    public async Task An_audit_that_continues_from_a_mark_knows_the_joins_before_and_after_it()
    {
        var (first, second, into) = (await fixture.UserWithAsync(50), await fixture.UserWithAsync(60), await fixture.UserWithAsync(10));
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(first, into));
        await fixture.Wallet.PostBatchAsync(Requests.Batch(Enumerable.Range(0, AuditMarks.Distance + 10)
            .Select(n => Requests.InBatch(Requests.Credit(into, $"key{n}", 1, V1.EntryReason.Bonus)))));
        var audit = fixture.App.Services.GetRequiredService<LedgerAudit>();
        Assert.Empty(await audit.CheckAsync(Guid.Parse(into), fromMark: true, () => Task.CompletedTask, CancellationToken.None));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>($"SELECT count(*) FROM audit_marks WHERE user_id = '{into}'"));

        await DisputeAsync(second);
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(second, into));
        await fixture.Wallet.ReinstateAsync(Requests.Reinstate(second, "won", 45));

        Assert.Empty(await audit.CheckAsync(Guid.Parse(into), fromMark: true, () => Task.CompletedTask, CancellationToken.None));
        Assert.Empty(await fixture.AuditAsync(into));
    }

    // What a later reinstatement returns first depends on what is owed now.
    private async Task DisputeAsync(string user)
    {
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "spent", 40));
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "dispute", 1_000));
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "bonus", 25, V1.EntryReason.Bonus, "pi_2"));
    }
}
