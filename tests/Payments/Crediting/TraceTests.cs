using System.Diagnostics;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Stripe sends nothing of our traces back: they continue from what is stored with the rows.</summary>
[Collection(StackCollection.Name)]
public sealed class TraceTests(Stack stack) : IDisposable
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly RecordedSpans _spans = new();

    public void Dispose()
    {
        stack.WalletGate.Reopen();
        _spans.Dispose();
    }

    [Fact]
    public async Task A_top_up_is_one_trace_from_the_click_to_the_credit_in_the_wallet()
    {
        var (click, topup) = await ClickAsync();
        await stack.PayByCardAsync(topup.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 2_200);

        var credit = await _spans.FirstAsync(click.TraceId, "credit checkout");
        var posted = await _spans.FirstAsync(click.TraceId, "PostBatch", ActivityKind.Server);
        Assert.True(_spans.IsBelow(credit, click));
        Assert.True(_spans.IsBelow(posted, credit));
        Assert.Contains(_spans.Of(click.TraceId), span => span.Kind == ActivityKind.Client
            && span.GetTagItem("server.port") is int port && port == stack.Clouds.Host.StripeUrl.Port);
        // The webhook is a trace of its own, which the credit links to.
        var webhook = Assert.Single(credit.Links).Context.TraceId;
        Assert.NotEqual(click.TraceId, webhook);
        await _spans.FirstAsync(webhook, "process event");
    }

    [Fact]
    public async Task The_retry_of_an_event_continues_the_trace_of_its_delivery()
    {
        var (click, topup) = await ClickAsync();
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
        }
        var id = Stack.NewEventId();
        stack.WalletGate.Close();
        Assert.Equal(503, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id))).Status);
        var stored = await StoredAsync($"select trace_parent from stripe_events where id = '{id}'");
        Assert.Contains(EventsOf(stored), span => span.Status == ActivityStatusCode.Error);
        stack.WalletGate.Reopen();
        await stack.BalanceBecomesAsync(_user, 2_200);

        await Eventually.IsTrueAsync(
            () => Task.FromResult(EventsOf(stored).Any(span => span.Status != ActivityStatusCode.Error)), "the event is processed");
        var retry = EventsOf(stored).Last();
        Assert.Equal((stored.SpanId, ActivityKind.Consumer), (retry.ParentSpanId, retry.Kind));
        Assert.Contains((await _spans.FirstAsync(click.TraceId, "credit checkout")).Links, link => link.Context.TraceId == stored.TraceId);
    }

    [Fact]
    public async Task A_wallet_command_is_sent_in_the_trace_that_planned_it()
    {
        var paid = await stack.PaidAsync(_user);
        stack.WalletGate.Close();
        await stack.RefundAsync(paid.PaymentIntentId);
        var commands = "from wallet_commands o join checkouts c on c.id = o.checkout_id "
            + $"where c.session_id = '{paid.SessionId}'";
        var planned = await StoredAsync($"select max(o.trace_parent) {commands}");
        // A trace of its own, so that only the stored text leads there: an event that is processed again has the same one.
        var stored = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        await stack.Database.ExecuteAsync($"update wallet_commands set trace_parent = '00-{stored.TraceId}-{stored.SpanId}-01' "
            + $"where (checkout_id, sequence) in (select o.checkout_id, o.sequence {commands})");
        await Eventually.IsTrueAsync(
            async () => await stack.Database.ScalarAsync<long>("select count(*) from stripe_events where leased_until is not null") == 0,
            "all attempts that have read the command before have failed");
        stack.WalletGate.Reopen();
        await stack.WalletBecomesAsync(_user, 0);

        var clawBack = await _spans.FirstAsync(stored.TraceId, "ClawBack", ActivityKind.Server);
        var sent = await Eventually.BecomesAsync(
            () => Task.FromResult(SentIn(stored).FirstOrDefault(span => _spans.IsBelow(clawBack, span))!),
            span => span is not null, "the command is sent");
        Assert.Equal(stored.SpanId, sent.ParentSpanId);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    [InlineData("zz-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    public async Task A_stored_text_that_is_no_trace_does_not_keep_a_payment_from_its_credit(string text)
    {
        var (_, topup) = await ClickAsync();
        await stack.Database.ExecuteAsync($"update checkouts set trace_parent = '{text}' where session_id = '{topup.SessionId}'");
        await stack.PayByCardAsync(topup.CheckoutUrl);

        await stack.BalanceBecomesAsync(_user, 2_200);
    }

    private async Task<(Activity Click, TopupResponse Topup)> ClickAsync()
    {
        using var click = _spans.StartTrace();
        return (click, await stack.TopupAsync(_user, """{"pack":"pro"}"""));
    }

    private async Task<ActivityContext> StoredAsync(string sql)
    {
        var text = await Eventually.BecomesAsync(
            () => stack.Database.ScalarAsync<string>($"select coalesce(({sql}), '')"), text => text.Length > 0, "a stored trace");
        return TraceParents.Parse(text) ?? throw new InvalidOperationException($"'{text}' is no traceparent.");
    }

    private IEnumerable<Activity> SentIn(ActivityContext stored) =>
        _spans.Of(stored.TraceId).Where(span => span.DisplayName == "send wallet command");

    private IEnumerable<Activity> EventsOf(ActivityContext stored) =>
        _spans.Of(stored.TraceId).Where(span => span.DisplayName == "process event");
}
