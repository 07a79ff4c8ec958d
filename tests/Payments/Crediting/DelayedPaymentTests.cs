using ReelBallers.TestKit;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>Payments that a bank confirms days later, and sessions that end without one.</summary>
[Collection(StackCollection.Name)]
public sealed class DelayedPaymentTests(Stack stack)
{
    private const string Succeeds = "000123456789";
    private const string NotFound = "000111111116";
    private const string StaysProcessing = "000999999991";

    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_bank_debit_credits_when_the_bank_has_paid_and_not_before()
    {
        var sessionId = await PayByBankAsync(Succeeds);
        var completed = await FirstEventAsync(sessionId, EventTypes.CheckoutSessionCompleted);
        Assert.Equal((EventState.Done, "waiting"), await stack.EventAsync(completed));

        await stack.BalanceBecomesAsync(_user, 500);

        Assert.Equal("paid", await stack.StatusAsync(_user, sessionId));
        Assert.Single(await stack.StatementAsync(_user));
    }

    [Fact]
    public async Task A_completed_session_that_is_unpaid_stays_open()
    {
        var sessionId = await PayByBankAsync(StaysProcessing);
        var completed = await FirstEventAsync(sessionId, EventTypes.CheckoutSessionCompleted);

        Assert.Equal((EventState.Done, "waiting"), await stack.EventAsync(completed));
        Assert.Equal("open", await stack.StatusAsync(_user, sessionId));
        Assert.Equal(0, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_bank_debit_that_fails_credits_nothing()
    {
        var sessionId = await PayByBankAsync(NotFound);

        await RowBecomesAsync(sessionId, CheckoutStatus.Failed);

        Assert.Equal("failed", await stack.StatusAsync(_user, sessionId));
        Assert.Equal(0, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_failure_event_before_the_success_event_does_not_prevent_the_credit()
    {
        var sessionId = await PayByBankAsync(StaysProcessing);
        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionAsyncPaymentFailed, sessionId, paymentStatus: "unpaid"));
        Assert.Equal(CheckoutStatus.Failed, await stack.RowStatusAsync(sessionId));
        // The same money, in the end, by another way: Stripe says paid.
        var paid = await PaidSessionAsync(_user);
        await stack.Database.ExecuteAsync($"update checkouts set status = {(short)CheckoutStatus.Failed} where session_id = '{paid}'");

        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionAsyncPaymentSucceeded, paid));
        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionAsyncPaymentFailed, paid, paymentStatus: "unpaid"));

        Assert.Equal(CheckoutStatus.Paid, await stack.RowStatusAsync(paid));
        Assert.Equal(500, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task An_expired_session_ends_the_checkout()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");

        await new SessionService(stack.Stripe).ExpireAsync(topup.SessionId);

        await RowBecomesAsync(topup.SessionId, CheckoutStatus.Expired);
        Assert.Equal("expired", await stack.StatusAsync(_user, topup.SessionId));
        Assert.Equal(0, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_late_expired_does_not_undo_a_payment()
    {
        var sessionId = await PaidSessionAsync(_user);
        Assert.Equal("paid", await stack.StatusAsync(_user, sessionId));
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionExpired, sessionId, id, "unpaid"))).Status);

        Assert.Equal((EventState.Done, "already_credited"), await stack.EventAsync(id));
        Assert.Equal("paid", await stack.StatusAsync(_user, sessionId));
        Assert.Equal(500, await stack.BalanceAsync(_user));
    }

    [Theory]
    [InlineData(nameof(CheckoutStatus.Paid))]
    [InlineData(nameof(CheckoutStatus.Refunded))]
    [InlineData(nameof(CheckoutStatus.Disputed))]
    [InlineData(nameof(CheckoutStatus.Failed))]
    public async Task A_final_status_stays_when_the_session_expires(string name)
    {
        var final = Enum.Parse<CheckoutStatus>(name);
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.Database.ExecuteAsync(
            $"update checkouts set status = {(short)final}, payment_intent_id = 'pi_' || id, credited_at = now() where session_id = '{topup.SessionId}'");

        await new SessionService(stack.Stripe).ExpireAsync(topup.SessionId);
        var expired = await FirstEventAsync(topup.SessionId, EventTypes.CheckoutSessionExpired);

        Assert.Equal((EventState.Done, "already_final"), await stack.EventAsync(expired));
        Assert.Equal(final, await stack.RowStatusAsync(topup.SessionId));
    }

    private async Task<string> PaidSessionAsync(Guid user)
    {
        var topup = await stack.TopupAsync(user, """{"pack":"starter"}""");
        await using var lost = await stack.FaultAsync("drop_webhook", "checkout.session.completed");
        await stack.PayByCardAsync(topup.CheckoutUrl);
        return topup.SessionId;
    }

    private async Task<string> PayByBankAsync(string account)
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        var (status, _) = await stack.PayAsync(topup.CheckoutUrl, ("payment_method", "us_bank_account"), ("account_number", account));
        Assert.Equal(303, status);
        return topup.SessionId;
    }

    private Task RowBecomesAsync(string sessionId, CheckoutStatus status) =>
        Eventually.BecomesAsync(() => stack.RowStatusAsync(sessionId), row => row == status, $"a checkout that is {status}");

    // The id of the event of that type, once it is handled.
    private async Task<string> FirstEventAsync(string sessionId, string type)
    {
        var sql = $"select coalesce((select id from stripe_events where type = '{type}' and payload like '%{sessionId}%' and state <> 1), '')";
        return await Eventually.BecomesAsync(() => stack.Database.ScalarAsync<string>(sql), id => id.Length > 0, $"a handled {type}");
    }
}
