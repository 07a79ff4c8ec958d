using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>As <see cref="JoinFixture"/>, with a ledger on two databases.</summary>
public sealed class DividedJoinFixture : JoinFixture
{
    protected override int Shards => 2;
}

/// <summary>What the Wallet cannot join across its databases is not lost: operators are told, and can move it.</summary>
public sealed class DividedLedgerTests(DividedJoinFixture accounts) : IClassFixture<DividedJoinFixture>
{
    [Fact]
    public async Task Credits_that_cannot_be_joined_stay_and_are_moved_by_two_acts()
    {
        var email = AccountsFixture.NewEmail();
        var account = await accounts.CreateAccountAsync(email);
        var admin = await accounts.CreateAccountAsync(AccountsFixture.NewEmail());
        await accounts.Database.ExecuteAsync($"update accounts set role = {(int)Role.Admin} where user_id = '{admin}'");
        var guest = Enumerable.Repeat(0, 1_000).Select(_ => Guid.NewGuid()).First(user => ShardOf(user) != ShardOf(account));
        await accounts.Wallet.CreditAsync(new CreditRequest
        {
            UserId = $"{guest}",
            IdempotencyKey = "topup",
            AmountCents = 700,
            Reason = EntryReason.Topup,
            StripePaymentId = $"pi_{guest:N}",
        });

        await accounts.SignInAsync(guest, email);

        await BecomesAsync("attempts = 1");
        // An act repeats it and changes nothing.
        var repeated = await ActAsync(guest, "join", new { into = account, reason = "Again." });
        Assert.Equal("pending", repeated.GetProperty("status").GetString());
        await BecomesAsync("attempts = 2");
        Assert.Equal((700, 0), (await BalanceAsync(guest), await BalanceAsync(account)));

        await ActAsync(guest, "credits", new { kind = "adjustment", amount_cents = -700, reason = $"To {account}." });
        await ActAsync(account, "credits", new { kind = "adjustment", amount_cents = 700, reason = $"From {guest}." });
        Assert.Equal((0, 700), (await BalanceAsync(guest), await BalanceAsync(account)));

        Task BecomesAsync(string condition) => Eventually.IsTrueAsync(
            async () => await accounts.Database.ScalarAsync<long>(
                $"""
                select count(*) from wallet_joins where from_user_id = '{guest}' and state = 2
                    and last_error like 'linked_across_databases: %' and {condition}
                """) == 1,
            condition);

        async Task<JsonElement> ActAsync(Guid user, string act, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/admin/users/{user}/{act}");
            request.Content = JsonContent.Create(body);
            request.Headers.Add(Operator.HeaderName, "admin");
            request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
            using var answer = await accounts.App.CreateClient(admin).SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }
    }

    private async Task<long> BalanceAsync(Guid user) =>
        (await accounts.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = $"{user}" })).BalanceCents;

    // As docs/scale.md says.
    private static uint ShardOf(Guid user) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(user.ToByteArray(bigEndian: true))) % 2;
}
