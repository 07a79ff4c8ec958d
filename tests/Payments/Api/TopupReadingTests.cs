using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Reading the status of a top-up does not spend the account's rate limit at Stripe.</summary>
[Collection(StackCollection.Name)]
public sealed class TopupReadingTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task Many_readers_of_a_session_look_at_Stripe_once_over_all_replicas()
    {
        await using var one = await stack.StartPaymentsAsync(("Checkout:LookEverySeconds", "60"));
        await using var two = await stack.StartPaymentsAsync(("Checkout:LookEverySeconds", "60"));
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await using var counted = await stack.FaultAsync("delay", $"GET /v1/checkout/sessions/{topup.SessionId}", times: 1_000, delayMs: 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => stack.SendAsync(
            HttpMethod.Get, $"/api/topup/{topup.SessionId}", _user, replica: number % 2 == 0 ? one : two)));

        Assert.All(answers, answer => Assert.Equal((200, "open"), (answer.Status, answer.Text("status"))));
        Assert.Equal(1, await stack.StruckAsync());
    }

    [Fact]
    public async Task Repeated_requests_of_the_same_offer_look_at_Stripe_once()
    {
        await using var replica = await stack.StartPaymentsAsync(("Checkout:LookEverySeconds", "60"));
        var first = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"starter"}""", replica: replica);
        await using var counted = await stack.FaultAsync(
            "delay", $"GET /v1/checkout/sessions/{first.Text("session_id")}", times: 1_000, delayMs: 1);

        for (var again = 0; again < 5; again++)
        {
            var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"starter"}""", replica: replica);
            Assert.Equal(first.Text("session_id"), answer.Text("session_id"));
            Assert.Equal(first.Text("checkout_url"), answer.Text("checkout_url"));
        }

        Assert.InRange(await stack.StruckAsync(), 0, 1);
    }

    [Fact]
    public async Task A_look_is_taken_again_after_a_while()
    {
        await using var replica = await stack.StartPaymentsAsync(("Checkout:LookEverySeconds", "60"));
        await using var deaf = await stack.FaultAsync("drop_webhook", "", times: 1_000);
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        Assert.Equal("open", (await ReadAsync(replica, topup.SessionId)).Text("status"));
        await stack.PayByCardAsync(topup.CheckoutUrl);
        Assert.Equal("open", (await ReadAsync(replica, topup.SessionId)).Text("status"));

        await stack.Database.ExecuteAsync(
            $"update checkouts set looked_at = looked_at - interval '61 seconds' where session_id = '{topup.SessionId}'");

        Assert.Equal("paid", (await ReadAsync(replica, topup.SessionId)).Text("status"));
    }

    private Task<Answer> ReadAsync(ServiceApp replica, string sessionId) =>
        stack.SendAsync(HttpMethod.Get, $"/api/topup/{sessionId}", _user, replica: replica);
}
