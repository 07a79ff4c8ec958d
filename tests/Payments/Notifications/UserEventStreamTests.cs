using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>The stream of all top-ups of a user.</summary>
[Collection(ProvisioningCollection.Name)]
public sealed class UserEventStreamTests(ProvisioningStack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_stream_begins_with_what_is_open_and_sends_each_change_of_a_topup()
    {
        var open = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.TopupAsync(Guid.NewGuid(), """{"pack":"starter"}""");
        using var stream = await OpenAsync();
        Assert.Equal(("topup", open.SessionId, "open"), What(await stream.NextAsync()));
        await stack.PayByCardAsync(open.CheckoutUrl);
        await stream.NextAsync(next => What(next) == ("topup", open.SessionId, "paid"));

        await stack.RefundAsync(await stack.Database.ScalarAsync<string>(
            $"select payment_intent_id from checkouts where session_id = '{open.SessionId}'"));
        await stream.NextAsync(next => What(next) == ("topup", open.SessionId, "refunded"));
    }

    [Fact]
    public async Task Looking_at_the_session_without_news_is_no_event()
    {
        var first = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        using var stream = await OpenAsync();
        await stream.NextAsync();
        Assert.Equal("open", (await stack.SendAsync(HttpMethod.Get, $"/api/topup/{first.SessionId}", _user)).Text("status"));
        Assert.True(await stack.Database.ScalarAsync<bool>(
            $"select looked_at is not null from checkouts where session_id = '{first.SessionId}'"));
        var second = await stack.TopupAsync(_user, """{"amount_cents":600}""");
        Assert.NotEqual(first.SessionId, second.SessionId);
        Assert.Equal(("topup", second.SessionId, "open"), What(await stream.NextAsync()));
    }

    [Fact]
    public async Task The_access_that_a_topup_gives_is_a_change_of_it_also_after_a_reconnect()
    {
        string seen;
        Paid paid;
        await using (await stack.AccessFaultAsync("status", "add", times: 2, status: 500))
        {
            using var stream = await OpenAsync();
            paid = await stack.BuyAsync(_user, "script", ProvisioningStack.NewName());
            seen = (await stream.NextAsync(next => Grant(next) == "pending")).Id;
            await stack.GrantsBecomeAsync(_user, "granted");
            await stream.NextAsync(next => Grant(next) == "granted");
        }
        using var again = await OpenAsync(seen);
        Assert.Equal(paid.SessionId, What(await again.NextAsync(next => Grant(next) == "granted")).Item2);
    }

    private Task<EventReader> OpenAsync(string? lastEventId = null) =>
        EventReader.OpenAsync(stack.Payments.CreateClient(_user), "/api/events", lastEventId);

    private static (string, string?, string?) What(ReceivedEvent? received) => (
        received!.Name, received.Data.GetProperty("session_id").GetString(), received.Data.GetProperty("status").GetString());

    private static string? Grant(ReceivedEvent received) => received.Data.TryGetProperty("grants", out var grants)
        ? grants.EnumerateArray().Select(grant => grant.GetProperty("status").GetString()).FirstOrDefault()
        : null;
}
