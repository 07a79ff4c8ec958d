using System.Net.Http.Json;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>The ledger on two databases: every call finds the wallet of its user, and nothing looks at one database alone.</summary>
[Collection("Two databases")]
public sealed class ShardTests(TwoDatabases fixture)
{
    [Fact]
    public async Task Each_wallet_is_in_the_database_of_its_user_with_all_of_its_rows()
    {
        var users = Enumerable.Range(0, 20).Select(n => TwoDatabases.UserIn(n % 2)).ToArray();
        await Task.WhenAll(users.Select(async user =>
        {
            await fixture.Wallet.CreditAsync(Requests.Credit(user, "credit", 1000));
            await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 300));
            await fixture.Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 200));
            await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 100));
            await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = user, Reference = "dp_1" });
        }));

        foreach (var table in new[] { "accounts", "transfers", "holds", "payment_credits", "freezes" })
        {
            for (var number = 0; number < 2; number++)
            {
                var found = await ShardIdTests.NumbersAsync(fixture.Databases[number], $"(SELECT DISTINCT user_id FROM {table})", 2);
                Assert.All(found, user => Assert.Equal(number, user.Value));
                Assert.Subset(found.Keys.ToHashSet(), users.Where((_, n) => n % 2 == number).Select(Guid.Parse).ToHashSet());
            }
        }
        Assert.Equal(0, await fixture.DifferencesAsync());
        foreach (var user in users)
        {
            Assert.Equal((700, 0), await fixture.BalanceAsync(user));
            Assert.Empty(await fixture.AuditAsync(user));
        }
    }

    [Fact]
    public async Task Figures_are_the_sums_over_all_databases()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        // Midnight may come.
        var request = new GetFiguresRequest { FirstDay = DayRange.ToText(today), LastDay = DayRange.ToText(today.AddDays(1)) };
        var before = await fixture.Wallet.GetFiguresAsync(request);
        await fixture.Wallet.CreditAsync(Requests.Credit(TwoDatabases.UserIn(0), "credit", 1000));
        await fixture.Wallet.CreditAsync(Requests.Credit(TwoDatabases.UserIn(1), "credit", 200));

        var after = await fixture.Wallet.GetFiguresAsync(request);

        Assert.Equal(
            (1200, 1200),
            (after.BalanceCents - before.BalanceCents, after.Days.Sum(day => day.TopupCents) - before.Days.Sum(day => day.TopupCents)));
        Assert.Equal(after.Days.Count, after.Days.Select(day => day.Day).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Every_read_finds_the_wallet(int number)
    {
        var user = TwoDatabases.UserIn(number);
        var before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "credit", 1000));
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        using var debit = new HttpRequestMessage(HttpMethod.Post, "/api/debit")
        {
            Content = JsonContent.Create(new { job_id = "job", cost_cents = 100 }),
            Headers = { { "Idempotency-Key", "once" } },
        };
        (await browser.SendAsync(debit)).EnsureSuccessStatusCode();

        var totals = new GetTotalsRequest
        {
            UserId = user,
            From = before.ToTimestamp(),
            To = before.AddDays(1).ToTimestamp(),
        };
        Assert.Equal(
            [1000L, -100L], (await fixture.Wallet.GetTotalsAsync(totals)).Totals.Select(total => total.ChangeCents).OrderDescending());
        Assert.Equal(2, (await fixture.StatementAsync(user)).Count);
        Assert.Equal(900, Assert.Single((await fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = user })).Lots).LeftCents);
        Assert.Equal(900, (await fixture.Wallet.GetPaymentCreditsAsync(
            new GetPaymentCreditsRequest { UserId = user, StripePaymentId = "pi_1" })).PaidUnspentCents);
        Assert.Equal(0, (await fixture.Wallet.GetBalanceAsync(
            new GetBalanceRequest { UserId = user, At = before.ToTimestamp() })).BalanceCents);
        foreach (var path in new[] { "/api/wallet", "/api/me", "/api/wallet/ledger", "/api/wallet/ledger.csv" })
        {
            Assert.Contains("900", await browser.GetStringAsync(new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
        }
        foreach (var database in fixture.Databases)
        {
            Assert.Equal(
                database == fixture.Databases[number] ? 1 : 0,
                await database.ScalarAsync<long>($"SELECT count(*) FROM idempotency_records WHERE user_id = '{user}'"));
        }
    }

    [Fact]
    public async Task Balances_of_users_of_both_databases_come_in_their_order()
    {
        string[] users = [.. Enumerable.Range(0, 6).Select(n => TwoDatabases.UserIn(n % 2))];
        await Task.WhenAll(users.Skip(1).Select(
            (user, n) => fixture.Wallet.CreditAsync(Requests.Credit(user, "key", n + 1)).ResponseAsync));

        var answer = await fixture.Wallet.GetBalancesAsync(new GetBalancesRequest { UserIds = { users.Append(users[1]) } });

        Assert.Equal(
            users.Zip([0L, 1, 2, 3, 4, 5]).Append((users[1], 1L)),
            answer.Balances.Select(balance => (balance.UserId, balance.BalanceCents)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_change_at_another_replica_is_streamed(int number)
    {
        await using var other = await fixture.StartServiceAsync();
        var user = TwoDatabases.UserIn(number);
        using var browser = other.CreateClient(Guid.Parse(user));
        using var events = await EventReader.OpenAsync(browser);
        using var balances = new Client(other.Invoker()).WatchBalance(new WatchBalanceRequest { UserId = user });
        using var changes = new Client(other.Invoker()).WatchChanges(new WatchChangesRequest());
        Assert.Contains("\"balance_cents\":0", (await events.NextAsync())!.Data, StringComparison.Ordinal);
        Assert.True(await balances.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(0, balances.ResponseStream.Current.BalanceCents);
        Assert.True(await changes.ResponseStream.MoveNext(CancellationToken.None) && changes.ResponseStream.Current.All);

        await fixture.Wallet.CreditAsync(Requests.Credit(user, "credit", 77));

        Assert.True(await balances.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(77, balances.ResponseStream.Current.BalanceCents);
        EventReader.Event? next;
        do
        {
            next = await events.NextAsync();
        }
        while (next is { Name: not "balance" });
        Assert.Contains("\"balance_cents\":77", next!.Data, StringComparison.Ordinal);
        var seen = new HashSet<string>();
        while (!seen.Contains(user))
        {
            Assert.True(await changes.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));
            seen.UnionWith(changes.ResponseStream.Current.UserIds);
        }
    }

    [Fact]
    public async Task What_is_due_expires_in_both_databases()
    {
        string[] users = [TwoDatabases.UserIn(0), TwoDatabases.UserIn(1)];
        foreach (var user in users)
        {
            var credit = Requests.Credit(user, "credit", 50, V1.EntryReason.Bonus);
            credit.ExpiresAt = DateTimeOffset.UnixEpoch.AddYears(50).ToTimestamp();
            await fixture.Wallet.CreditAsync(credit);
        }

        foreach (var user in users)
        {
            await Eventually.BecomesAsync(
                () => fixture.BalanceAsync(user), balance => balance.Balance == 0, $"the credits of {user} expire");
        }
    }

    [Fact]
    public async Task Wallets_of_one_database_are_joined_and_those_of_two_are_not()
    {
        var (from, near, far) = (TwoDatabases.UserIn(1), TwoDatabases.UserIn(1), TwoDatabases.UserIn(0));
        await fixture.Wallet.CreditAsync(Requests.Credit(from, "seed", 100));

        Assert.Equal("linked_across_databases", await CodeOfAsync(fixture.Wallet.JoinWalletsAsync(Requests.Join(from, far))));
        Assert.Equal((100, 0), await fixture.BalanceAsync(from));
        Assert.Equal(100, (await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, near))).BalanceCents);
        Assert.Equal(0, (await fixture.Wallet.ClawBackAsync(Requests.ClawBack(from, "refund", 100))).BalanceCents);
        Assert.Empty(await fixture.AuditAsync(from));
        Assert.Empty(await fixture.AuditAsync(near));
    }

    [Fact]
    public async Task Linked_commands_of_one_database_commit_together_and_those_of_two_are_rejected()
    {
        var (from, near, far) = (TwoDatabases.UserIn(0), TwoDatabases.UserIn(0), TwoDatabases.UserIn(1));
        await fixture.Wallet.CreditAsync(Requests.Credit(from, "seed", 100));
        using var metrics = new RecordedMetrics(fixture.App.Services);

        var answer = await fixture.Wallet.PostBatchAsync(Requests.Batch(
            [
                Requests.InBatch(Requests.Credit(far, "alone", 1)),
                Requests.InBatch(Requests.Debit(from, "pay near", 30)), Requests.InBatch(Requests.Credit(near, "get near", 30)),
                Requests.InBatch(Requests.Debit(from, "pay far", 30)), Requests.InBatch(Requests.Credit(far, "get far", 30)),
                Requests.InBatch(Requests.Debit(from, "alone", 1)), Requests.InBatch(Requests.Debit(far, "too much", 2)),
            ],
            1, 3));

        Assert.Equal(
            ["", "", "", "linked_across_databases", "linked_across_databases", "", "insufficient_funds"],
            answer.Outcomes.Select(outcome => outcome.ErrorCode));
        Assert.Equal(2, metrics.Of("wallet.commands", ("outcome", "linked_across_databases")).Sum());
        Assert.Equal((69, 0), await fixture.BalanceAsync(from));
        Assert.Equal((30, 0), await fixture.BalanceAsync(near));
        Assert.Equal((1, 0), await fixture.BalanceAsync(far));
        // Rejected commands store no key.
        Assert.Equal("ok", await CodeOfAsync(fixture.Wallet.CreditAsync(Requests.Credit(far, "get far", 7))));
    }
}
