using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class StatementTests(WalletFixture fixture)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(100)]
    public async Task Pages_show_every_entry_once_while_new_entries_arrive(int limit)
    {
        var user = await fixture.UserWithAsync(100);
        for (var n = 0; n < 10; n++)
        {
            // A settled hold writes a transfer that is not in the statement.
            await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, $"hold{n}", 5, $"job{n}"));
            await fixture.Wallet.SettleHoldAsync(Requests.Settle(user, $"settle{n}", n % 2 == 0 ? 5 : 3, $"job{n}"));
        }
        var expected = (await fixture.StatementAsync(user)).Select(entry => entry.Id).ToArray();
        Assert.Equal(16, expected.Length);

        var seen = new List<Entry>();
        var cursor = "";
        var page = 0;
        do
        {
            var answer = await fixture.Wallet.ListEntriesAsync(new ListEntriesRequest { UserId = user, Limit = limit, Cursor = cursor });
            Assert.True(answer.Entries.Count <= limit);
            Assert.True(page < expected.Length, "The pages do not end.");
            seen.AddRange(answer.Entries);
            cursor = answer.NextCursor;
            await fixture.Wallet.CreditAsync(Requests.Credit(user, $"meanwhile{page++}", 1));
        }
        while (cursor.Length > 0);

        Assert.Equal(expected, seen.Select(entry => entry.Id));
        Assert.Equal(seen.Count, seen.Select(entry => entry.Id).Distinct().Count());
        for (var i = 0; i + 1 < seen.Count; i++)
        {
            Assert.Equal(seen[i].BalanceAfterCents - seen[i].ChangeCents, seen[i + 1].BalanceAfterCents);
        }
    }

    [Fact]
    public async Task A_page_has_twenty_entries_by_default()
    {
        var user = Guid.NewGuid().ToString();
        for (var n = 0; n < 21; n++)
        {
            await fixture.Wallet.CreditAsync(Requests.Credit(user, $"key{n}", 1));
        }

        var page = await fixture.Wallet.ListEntriesAsync(new ListEntriesRequest { UserId = user });

        Assert.Equal(20, page.Entries.Count);
        Assert.NotEmpty(page.NextCursor);
    }

    [Fact]
    public async Task An_entry_names_its_job_and_payment()
    {
        var user = Guid.NewGuid().ToString();
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "key", 500, payment: "pi_42"));

        var entry = Assert.Single(await fixture.StatementAsync(user));

        Assert.Equal(("pi_42", "Credits", "", V1.EntryReason.Topup), (entry.StripePaymentId, entry.Description, entry.JobId, entry.Reason));
        Assert.InRange(entry.CreatedAt.ToDateTimeOffset(), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue);
    }

    [Theory]
    [InlineData("x", 20)]
    [InlineData("AAAAAAAAAAAA", 20)]
    [InlineData("AQAAAAAAAAAA", 20)]
    [InlineData("AY__________", 20)]
    [InlineData("' OR 1=1 --!", 20)]
    [InlineData("", -1)]
    [InlineData("", 101)]
    public async Task An_invalid_cursor_or_limit_is_rejected(string cursor, int limit)
    {
        var user = await fixture.UserWithAsync(100);

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await fixture.Wallet.ListEntriesAsync(new ListEntriesRequest { UserId = user, Cursor = cursor, Limit = limit }));
        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (refusal.StatusCode, refusal.ErrorCode()!));

        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        var answer = await browser.GetAsync(
            $"/api/wallet/ledger?{(cursor.Length > 0 ? $"cursor={Uri.EscapeDataString(cursor)}" : $"limit={limit}")}");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
