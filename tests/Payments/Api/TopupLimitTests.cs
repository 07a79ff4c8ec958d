using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Limits against card testing and abuse, in the database.</summary>
[Collection(StackCollection.Name)]
public sealed class TopupLimitTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _address = NewAddress();

    [Fact]
    public async Task Open_sessions_of_a_user_are_limited_over_all_replicas_until_they_end()
    {
        await using var one = await stack.StartPaymentsAsync(("TopupLimits:OpenSessionsPerUser", "3"));
        await using var two = await stack.StartPaymentsAsync(("TopupLimits:OpenSessionsPerUser", "3"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            TopupAsync(number % 2 == 0 ? one : two, _user, 100 + number)));

        Assert.Equal(3, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status != 200), answer =>
        {
            Assert.Equal((429, "topup_limited"), (answer.Status, answer.Code));
            Assert.InRange(answer.RetryAfter, 22 * 3600, 23 * 3600);
        });
        Assert.Equal(200, (await TopupAsync(one, Guid.NewGuid(), 100)).Status);
        // The same offer is the same session.
        var open = await stack.Database.ScalarAsync<long>($"select min(amount_cents) from checkouts where user_id = '{_user}'");
        Assert.Equal(200, (await TopupAsync(two, _user, open)).Status);
        await stack.Database.ExecuteAsync($"update checkouts set status = 3 where user_id = '{_user}' and amount_cents = {open}");
        Assert.Equal(200, (await TopupAsync(one, _user, 900)).Status);
    }

    [Fact]
    public async Task Open_sessions_of_an_address_are_limited_over_its_users()
    {
        await using var replica = await stack.StartPaymentsAsync(("TopupLimits:OpenSessionsPerAddress", "2"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TopupAsync(replica, Guid.NewGuid(), 100, _address)));

        Assert.Equal(2, answers.Count(answer => answer.Status == 200));
        Assert.Equal(200, (await TopupAsync(replica, Guid.NewGuid(), 100, NewAddress())).Status);
        Assert.Equal(200, (await TopupAsync(replica, Guid.NewGuid(), 100)).Status);
    }

    [Fact]
    public async Task Declined_payments_are_limited()
    {
        await using var replica = await stack.StartPaymentsAsync(
            ("TopupLimits:FailedPaymentsPerUser", "2"), ("TopupLimits:FailedPaymentsPerAddress", "3"));
        var other = Guid.NewGuid();
        await DeclineAsync(await TopupAsync(replica, _user, 100, _address));
        Assert.Equal(200, (await TopupAsync(replica, _user, 200, _address)).Status);
        await DeclineAsync(await TopupAsync(replica, _user, 300, _address));
        await FailuresBecomeAsync(2);

        var limited = await TopupAsync(replica, _user, 400, _address);
        Assert.Equal((429, "topup_limited"), (limited.Status, limited.Code));
        Assert.InRange(limited.RetryAfter, 23 * 3600, 24 * 3600);
        await DeclineAsync(await TopupAsync(replica, other, 100, _address));
        await FailuresBecomeAsync(3);
        Assert.Equal(429, (await TopupAsync(replica, other, 500, _address)).Status);

        await stack.Database.ExecuteAsync(
            $"update failed_payments set failed_at = failed_at - interval '24 hours' where client_address = '{_address}'");
        Assert.Equal(200, (await TopupAsync(replica, _user, 400, _address)).Status);
    }

    [Fact]
    public async Task Cents_of_a_day_are_limited()
    {
        await using var replica = await stack.StartPaymentsAsync(("TopupLimits:CentsPerUser", "1000"));
        Assert.Equal(200, (await TopupAsync(replica, _user, 600)).Status);

        Assert.Equal(429, (await TopupAsync(replica, _user, 401)).Status);
        Assert.Equal(200, (await TopupAsync(replica, _user, 400)).Status);
    }

    [Fact]
    public async Task A_lost_dispute_for_fraud_blocks_topups_until_an_operator_lifts_the_block()
    {
        var paid = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        Assert.Equal(200, (await TopupAsync(stack.Payments, _user, 300)).Status);
        await stack.CloseAsync(dispute, "lost");
        await stack.WalletBecomesAsync(_user, 0);

        var blocked = await TopupAsync(stack.Payments, _user, 400);
        Assert.Equal((403, "topup_blocked"), (blocked.Status, blocked.Code));

        Assert.Equal(1, (await stack.Operator.LiftTopupBlockAsync(new() { UserId = _user.ToString(), Actor = "ann" })).Lifted);
        Assert.Equal(0, (await stack.Operator.LiftTopupBlockAsync(new() { UserId = _user.ToString(), Actor = "bob" })).Lifted);
        Assert.Equal("ann", await stack.Database.ScalarAsync<string>($"select lifted_by from topup_blocks where user_id = '{_user}'"));
        Assert.Equal(200, (await TopupAsync(stack.Payments, _user, 400)).Status);
        // What is repeated about the same dispute blocks no more.
        await stack.ReconcileAsync();
        Assert.Equal(200, (await TopupAsync(stack.Payments, _user, 500)).Status);
    }

    [Fact]
    public async Task An_early_fraud_warning_refunds_before_the_dispute_if_configured()
    {
        await using var replica = await stack.StartPaymentsAsync(("TopupLimits:RefundOnWarning", "on"));
        var paid = await stack.PaidAsync(_user, card: "4000000000005423");
        await stack.HandledAsync("radar.early_fraud_warning.created", atLeast: 1);
        await stack.WalletBecomesAsync(_user, 500);
        var id = Stack.NewEventId();
        var warning = RefundTests.Event(
            EventTypes.RadarEarlyFraudWarningCreated,
            $$"""
            { "id": "issfr_{{_user:N}}", "object": "radar.early_fraud_warning", "payment_intent": "{{paid.PaymentIntentId}}",
              "charge": "ch_1", "actionable": true }
            """,
            id);

        Assert.Equal(200, (await stack.DeliverAsync(warning, replica: replica)).Status);

        Assert.Equal((EventState.Done, "refunded"), await stack.EventAsync(id));
        await stack.WalletBecomesAsync(_user, 0);
        var refund = Assert.Single((await new RefundService(stack.Stripe)
            .ListAsync(new RefundListOptions { PaymentIntent = paid.PaymentIntentId })).Data);
        Assert.Equal((500, "fraudulent"), (refund.Amount, refund.Reason));
    }

    private async Task<Limited> TopupAsync(ServiceApp replica, Guid user, long cents, string? address = null)
    {
        using var client = replica.CreateClient(user);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/topup")
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = new StringContent($$"""{"amount_cents":{{cents}}}""", System.Text.Encoding.UTF8, "application/json"),
        };
        if (address is not null)
        {
            request.Headers.Add(CallerAddress.HeaderName, address);
        }
        using var answer = await client.SendAsync(request);
        var body = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return new Limited(
            (int)answer.StatusCode, body.TryGetProperty("code", out var code) ? code.GetString()! : "",
            (long)(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0),
            body.TryGetProperty("checkout_url", out var url) ? url.GetString()! : "");
    }

    // The network of an IPv6 address, as the Gateway says it.
    private static string NewAddress()
    {
        var id = Guid.NewGuid().ToString("N");
        return $"2001:db8:1{id[..3]}:1{id[3..6]}::/64";
    }

    private async Task DeclineAsync(Limited topup) => await stack.PayAsync(topup.Url, ("card_number", "4000000000000002"));

    private Task FailuresBecomeAsync(long count) => Eventually.BecomesAsync(
        () => stack.Database.ScalarAsync<long>($"select count(*) from failed_payments where client_address = '{_address}'"),
        seen => seen == count, $"{count} declined payments");

    private sealed record Limited(int Status, string Code, long RetryAfter, string Url);
}
