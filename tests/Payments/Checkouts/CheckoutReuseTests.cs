using Npgsql;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>An open session is given again instead of a second one.</summary>
[Collection(StackCollection.Name)]
public sealed class CheckoutReuseTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_repeated_request_of_the_same_offer_reuses_the_open_session()
    {
        var first = await stack.TopupAsync(_user, """{"pack":"pro"}""", "key-a");
        var again = await stack.TopupAsync(_user, """{"pack":"pro"}""", "key-b");
        var other = await stack.TopupAsync(_user, """{"amount_cents":2000}""");

        Assert.Equal(first, again);
        Assert.NotEqual(first.SessionId, other.SessionId);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Concurrent_requests_get_one_session()
    {
        var topups = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stack.TopupAsync(_user, """{"pack":"max"}""")));

        Assert.Single(topups.Distinct());
        Assert.Equal(1, await CountAsync());
        await stack.PayByCardAsync(topups[0].CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 4_200);
    }

    [Fact]
    public async Task The_second_of_two_concurrent_requests_waits_for_the_session_of_the_first()
    {
        await stack.TopupAsync(_user, """{"pack":"starter"}"""); // Now they are a customer, whose making they need not wait for.
        Task<TopupResponse[]> both;
        await using (var connection = new NpgsqlConnection(stack.Database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            // Reading is free: without a lock of their own both would have looked, and found nothing.
            await using var hold = new NpgsqlCommand("lock table checkouts in exclusive mode", connection, transaction);
            await hold.ExecuteNonQueryAsync();
            both = Task.WhenAll(stack.TopupAsync(_user, """{"pack":"max"}"""), stack.TopupAsync(_user, """{"pack":"max"}"""));
            await TestKit.Eventually.IsTrueAsync(
                async () => await stack.Database.ScalarAsync<long>(
                    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") >= 2,
                        "both wait");
        }

        Assert.Single((await both).Distinct());
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Another_users_session_is_not_reused()
    {
        var mine = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        var theirs = await stack.TopupAsync(Guid.NewGuid(), """{"pack":"pro"}""");

        Assert.NotEqual(mine.SessionId, theirs.SessionId);
    }

    [Fact]
    public async Task A_session_that_was_paid_is_not_reused_even_before_its_webhook()
    {
        var first = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayByCardAsync(first.CheckoutUrl);
        }

        var second = await stack.TopupAsync(_user, """{"pack":"starter"}""");

        Assert.NotEqual(first.SessionId, second.SessionId);
        await stack.PayByCardAsync(second.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 500);
        Assert.Equal("paid", await stack.StatusAsync(_user, first.SessionId));
        await stack.BalanceBecomesAsync(_user, 1_000);
    }

    [Fact]
    public async Task An_expired_or_older_session_is_not_reused()
    {
        var first = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await new SessionService(stack.Stripe).ExpireAsync(first.SessionId);
        var second = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.Database.ExecuteAsync(
            $"update checkouts set created_at = created_at - interval '11 minutes' where user_id = '{_user}'");
        var third = await stack.TopupAsync(_user, """{"pack":"starter"}""");

        Assert.Equal(3, new[] { first, second, third }.Select(topup => topup.SessionId).Distinct().Count());
    }

    [Fact]
    public async Task A_session_ends_when_it_is_configured_to()
    {
        await using var replica = await stack.StartPaymentsAsync(("Checkout:ExpiresAfterMinutes", "90"));
        var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"starter"}""", replica: replica);

        var session = await stack.SessionAsync(answer.Text("session_id"));

        Assert.InRange((session.ExpiresAt - session.Created).TotalMinutes, 89, 91);
    }

    private Task<long> CountAsync() => stack.Database.ScalarAsync<long>($"select count(*) from checkouts where user_id = '{_user}'");
}
