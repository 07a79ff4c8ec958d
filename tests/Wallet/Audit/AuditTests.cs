using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

/// <summary>Direct edits of the database, and what the audit reports for each.</summary>
[Collection("Wallet")]
public sealed class AuditTests(WalletFixture fixture)
{
    [Theory]
    [InlineData("UPDATE transfers SET description = 'Nothing' WHERE user_id = '{0}' AND sequence = 2", "chain_broken", 2)]
    [InlineData("UPDATE transfers SET job_id = null WHERE user_id = '{0}' AND sequence = 4",
        "chain_broken,lot_mismatch,hold_mismatch,hold_mismatch", 4)]
    [InlineData("UPDATE transfers SET created_at = created_at + interval '1 microsecond' WHERE user_id = '{0}' AND sequence = 1",
        "chain_broken", 1)]
    [InlineData("UPDATE transfers SET amount_cents = amount_cents + 1 WHERE user_id = '{0}' AND sequence = 2",
        "chain_broken,balance_mismatch,balance_mismatch", 2)]
    [InlineData("DELETE FROM transfers WHERE user_id = '{0}' AND sequence = 7",
        "balance_mismatch,sequence_gap,chain_broken,payment_mismatch", 0)]
    [InlineData("UPDATE accounts SET balance_cents = balance_cents + 1 WHERE user_id = '{0}'", "balance_mismatch", 0)]
    [InlineData("UPDATE accounts SET held_cents = held_cents + 1 WHERE user_id = '{0}'", "held_mismatch", 0)]
    [InlineData("UPDATE accounts SET receivable_cents = 1 WHERE user_id = '{0}'", "receivable_mismatch", 0)]
    [InlineData("UPDATE accounts SET freeze_count = 1 WHERE user_id = '{0}'", "freeze_mismatch", 0)]
    [InlineData("UPDATE accounts SET chain_hash = user_id WHERE user_id = '{0}'", "chain_broken", 7)]
    [InlineData("UPDATE holds SET state = 1, settled_cents = 0, end_balance_cents = null WHERE user_id = '{0}' AND job_id = 'job'",
        "hold_mismatch", 0)]
    [InlineData("UPDATE holds SET settled_cents = 41 WHERE user_id = '{0}' AND job_id = 'job'", "hold_mismatch", 0)]
    [InlineData("DELETE FROM holds WHERE user_id = '{0}' AND job_id = 'open'", "hold_mismatch", 0)]
    [InlineData("UPDATE holds SET end_sequence = 6 WHERE user_id = '{0}' AND job_id = 'job'", "hold_mismatch", 0)]
    [InlineData("UPDATE payment_credits SET paid_cents = paid_cents + 1 WHERE user_id = '{0}'", "payment_mismatch", 0)]
    [InlineData("DELETE FROM payment_credits WHERE user_id = '{0}'", "payment_mismatch", 0)]
    [InlineData("INSERT INTO freezes VALUES ('{0}', 'dp_9', false)", "freeze_mismatch", 0)]
    [InlineData("INSERT INTO lot_checkpoints VALUES ('{0}', 3, 'nonsense')", "lot_mismatch", 3)]
    [InlineData("DELETE FROM accounts WHERE user_id = '{0}'", "account_missing", 0)]
    public async Task A_direct_edit_of_the_database_is_found_by_the_audit(string edit, string codes, long sequence)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = await ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = database.ConnectionString });
        var wallet = new V1.WalletService.WalletServiceClient(app.Invoker());
        var (user, other) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        await wallet.CreditAsync(Requests.Credit(other, "credit", 5));
        await wallet.CreditAsync(Requests.Credit(user, "credit", 500));
        await wallet.DebitAsync(Requests.Debit(user, "debit", 50));
        await wallet.PlaceHoldAsync(Requests.Place(user, "open", 10, "open"));
        await wallet.PlaceHoldAsync(Requests.Place(user, "hold", 100));
        await wallet.SettleHoldAsync(Requests.Settle(user, "settle", 40));
        await wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 30));
        Assert.Empty(await FindAsync(wallet, ""));

        await database.ExecuteAsync(
            "ALTER TABLE transfers DISABLE TRIGGER transfers_append_only;" + edit.Replace("{0}", user, StringComparison.Ordinal));
        var findings = await FindAsync(wallet, "");

        Assert.Equal(codes, string.Join(',', findings.Where(finding => finding.Code != "sum_not_zero").Select(finding => finding.Code)));
        Assert.Equal(sequence, findings[0].Code == "balance_mismatch" ? 0 : findings[0].Sequence);
        Assert.All(findings.Where(finding => finding.Code != "sum_not_zero"), finding => Assert.Equal(user, finding.UserId));
        Assert.Equal(
            edit.Contains("_cents = ", StringComparison.Ordinal) && edit.StartsWith("UPDATE accounts", StringComparison.Ordinal)
                || edit.StartsWith("DELETE FROM accounts", StringComparison.Ordinal)
                || edit.Contains("amount_cents", StringComparison.Ordinal)
                    || edit.StartsWith("DELETE FROM transfers", StringComparison.Ordinal),
            findings.Any(finding => finding.Code == "sum_not_zero"));
        Assert.Empty(await FindAsync(wallet, other));
    }

    // Compared with an independent implementation in SQL.
    [Fact]
    public async Task The_database_computes_the_same_hash_chain()
    {
        var user = Guid.NewGuid().ToString();
        var credit = Requests.Credit(user, "key", 500);
        credit.Description = "Größe 📼 \"quoted\"";
        credit.ExpiresAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(30));
        await fixture.Wallet.CreditAsync(credit);
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 100));
        await fixture.Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 40));
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 500, payment: credit.StripePaymentId));

        Assert.Equal(0, await fixture.Database.ScalarAsync<long>($"""
            SELECT count(*) FROM (
                SELECT t.chain_hash, transfer_hash(
                    coalesce(lag(t.chain_hash) OVER (ORDER BY t.sequence), '00000000-0000-0000-0000-000000000000'), t) AS computed
                FROM transfers t WHERE t.user_id = '{user}') AS chained
            WHERE chain_hash <> computed
            """));
        Assert.Equal(6, await fixture.Database.ScalarAsync<long>($"SELECT count(*) FROM transfers WHERE user_id = '{user}'"));
    }

    private static async Task<List<V1.AuditFinding>> FindAsync(V1.WalletService.WalletServiceClient wallet, string user)
    {
        using var call = wallet.Audit(new AuditRequest { UserId = user });
        var findings = new List<V1.AuditFinding>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            findings.Add(call.ResponseStream.Current);
        }
        return findings;
    }
}
