using ReelBallers.TestKit;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>A top-up that is repeated under its key, during or after the first request.</summary>
[Collection(StackCollection.Name)]
public sealed class TopupRepetitionTests(Stack stack) : IAsyncLifetime
{
    private const string Body = """{"pack":"pro"}""";

    private readonly Guid _user = Guid.NewGuid();
    private ServiceApp _replica = null!;

    // Without reuse of open sessions, which would hide a second attempt.
    public async ValueTask InitializeAsync() => _replica = await stack.StartPaymentsAsync(("Checkout:ReuseForMinutes", "0"));

    public async ValueTask DisposeAsync() => await _replica.DisposeAsync();

    [Fact]
    public async Task Concurrent_repetitions_get_one_session_and_the_same_response()
    {
        await using var slow = await stack.FaultAsync("delay", "POST /v1/checkout/sessions", times: 100, delayMs: 500);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync()));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Single(answers.Select(answer => answer.Body.ToString()).Distinct());
        Assert.Equal(5, answers.Count(answer => answer.IsReplayed));
        await OneSessionAsync(answers[0]);
    }

    [Fact]
    public async Task A_repetition_after_the_client_gave_up_on_the_first_gets_the_first_ones_session()
    {
        await using (await stack.FaultAsync("delay_after_effect", "POST /v1/checkout/sessions", times: 100, delayMs: 10_000))
        {
            using var client = _replica.CreateClient(_user);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/topup")
            {
                Version = client.DefaultRequestVersion,
                VersionPolicy = client.DefaultVersionPolicy,
                Content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("Idempotency-Key", "key-newcomer");
            using var patience = new CancellationTokenSource();
            var first = client.SendAsync(request, patience.Token);
            await Eventually.IsTrueAsync(async () => await SessionsAsync() is { Count: 1 }, "a session that Stripe has made");
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            // Not before the service has seen it, or its next attempt at Stripe may still succeed.
            await Eventually.IsTrueAsync(
                async () => await stack.Database.ScalarAsync<long>(
                    $"select count(*) from idempotency_records where user_id = '{_user}' and status is null and leased_until "
                        + $"= '-infinity'") == 1,
                "the first attempt has ended");
        }

        // Stripe answers that the key is in use until it has answered the first request.
        var again = await Eventually.BecomesAsync(SendAsync, answer => answer.Status != 503, "Stripe is done with the first request");
        var third = await SendAsync();

        Assert.Equal((200, false), (again.Status, again.IsReplayed));
        Assert.Equal((200, true), (third.Status, third.IsReplayed));
        Assert.Equal(again.Body.ToString(), third.Body.ToString());
        await OneSessionAsync(again);
    }

    private Task<Answer> SendAsync() => stack.SendAsync(HttpMethod.Post, "/api/topup", _user, Body, "key-newcomer", _replica);

    private async Task OneSessionAsync(Answer answer)
    {
        var session = Assert.Single(await SessionsAsync());
        Assert.Equal(answer.Text("session_id"), session.Id);
        Assert.Equal(1, await stack.Database.ScalarAsync<long>($"select count(*) from checkouts where user_id = '{_user}'"));
        Assert.Equal(
            session.CustomerId, await stack.Database.ScalarAsync<string>($"select customer_id from customers where user_id = '{_user}'"));
    }

    private async Task<IReadOnlyList<Session>> SessionsAsync() =>
    [
        .. (await new SessionService(stack.Stripe).ListAsync(new SessionListOptions { Limit = 100 }))
            .Where(session => session.ClientReferenceId == _user.ToString()),
    ];
}
