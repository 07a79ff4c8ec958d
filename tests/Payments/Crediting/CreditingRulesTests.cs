using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

public class CreditingRulesTests
{
    private static readonly Guid User = Guid.Parse("11111111-2222-3333-4444-555555555555");

    // Session: payment status, status, amount, currency, user, payment. Row: status, its payment, credited. Hint → outcome.
    [Theory]
    [InlineData("paid", "complete", 500, "usd", true, "pi_1", "Open", null, false, "None", "Credited")]
    [InlineData("paid", "complete", 500, "usd", true, "pi_1", "Open", "pi_1", false, "None", "Credited")]
    [InlineData("paid", "complete", 500, "usd", true, "pi_1", "Expired", null, false, "None", "Credited")]
    [InlineData("paid", "complete", 500, "usd", true, "pi_1", "Failed", null, false, "AsyncPaymentFailed", "Credited")]
    [InlineData("paid", "complete", 500, "usd", true, "pi_1", "Paid", "pi_1", true, "None", "AlreadyCredited")]
    [InlineData("paid", "complete", 500, "usd", true, "pi_1", "Refunded", "pi_1", true, "None", "AlreadyCredited")]
    [InlineData("paid", "complete", 500, "usd", true, "pi_1", "Disputed", "pi_1", true, "None", "AlreadyCredited")]
    [InlineData("paid", "complete", 499, "usd", true, "pi_1", "Open", null, false, "None", "AmountMismatch")]
    [InlineData("paid", "complete", 501, "usd", true, "pi_1", "Open", null, false, "None", "AmountMismatch")]
    [InlineData("paid", "complete", null, "usd", true, "pi_1", "Open", null, false, "None", "AmountMismatch")]
    [InlineData("paid", "complete", 500, "jpy", true, "pi_1", "Open", null, false, "None", "CurrencyMismatch")]
    [InlineData("paid", "complete", 500, null, true, "pi_1", "Open", null, false, "None", "CurrencyMismatch")]
    [InlineData("paid", "complete", 500, "usd", false, "pi_1", "Open", null, false, "None", "UserMismatch")]
    [InlineData("paid", "complete", 499, "jpy", false, null, "Open", null, false, "None", "UserMismatch")]
    [InlineData("paid", "complete", 500, "usd", true, null, "Open", null, false, "None", "PaymentMismatch")]
    [InlineData("paid", "complete", 500, "usd", true, "pi_2", "Open", "pi_1", false, "None", "PaymentMismatch")]
    [InlineData("paid", "complete", 500, "usd", true, "pi_2", "Paid", "pi_1", true, "None", "PaymentMismatch")]
    [InlineData("no_payment_required", "complete", 0, "usd", true, null, "Open", null, false, "None", "NothingPaid")]
    [InlineData("unpaid", "complete", 500, "usd", true, "pi_1", "Open", null, false, "None", "Waiting")]
    [InlineData("unpaid", "complete", 500, "usd", true, "pi_1", "Open", null, false, "AsyncPaymentFailed", "Failed")]
    [InlineData("unpaid", "complete", 500, "usd", true, "pi_1", "Failed", null, false, "AsyncPaymentFailed", "AlreadyFinal")]
    [InlineData("unpaid", "open", 500, "usd", true, null, "Open", null, false, "None", "StillOpen")]
    [InlineData("unpaid", "open", 500, "usd", true, null, "Open", null, false, "AsyncPaymentFailed", "StillOpen")]
    [InlineData("unpaid", "expired", 500, "usd", true, null, "Open", null, false, "None", "Expired")]
    [InlineData("unpaid", "expired", 500, "usd", true, null, "Expired", null, false, "None", "AlreadyFinal")]
    [InlineData("unpaid", "expired", 500, "usd", true, null, "Paid", "pi_1", true, "None", "AlreadyFinal")]
    [InlineData(null, null, 500, "usd", true, null, "Open", null, false, "None", "StillOpen")]
    [InlineData("PAID", "complete", 500, "usd", true, "pi_1", "Open", null, false, "None", "UnknownStatus")]
    [InlineData("half_paid", "complete", 500, "usd", true, "pi_1", "Open", null, false, "None", "UnknownStatus")]
    [InlineData("paid", "paused", 500, "usd", true, "pi_1", "Open", null, false, "None", "UnknownStatus")]
    [InlineData("unpaid", "paused", 500, "usd", true, "pi_1", "Open", null, false, "None", "UnknownStatus")]
    public void The_outcome_follows_from_our_row_and_the_session(
        string? paymentStatus, string? status, int? amount, string? currency, bool isOurUser, string? payment,
        string rowStatus, string? rowPayment, bool isCredited, string hint, string outcome)
    {
        var session = new Session
        {
            Id = "cs_1",
            PaymentStatus = paymentStatus,
            Status = status,
            AmountTotal = amount,
            Currency = currency,
            ClientReferenceId = (isOurUser ? User : Guid.NewGuid()).ToString(),
            PaymentIntentId = payment,
        };
        var checkout = new Checkout
        {
            UserId = User,
            AmountCents = 500,
            Currency = "usd",
            Credits = 500,
            Status = Enum.Parse<CheckoutStatus>(rowStatus),
            PaymentIntentId = rowPayment,
            CreditedAt = isCredited ? DateTimeOffset.UnixEpoch : null,
        };

        var facts = PaymentFacts.Of(session, Enum.Parse<SessionHint>(hint));
        Assert.Equal(Enum.Parse<CreditingOutcome>(outcome), CreditingRules.Decide(checkout, facts));
    }

    [Fact]
    public void A_failed_event_waits_longer_each_time_for_about_three_days()
    {
        var delays = Enumerable.Range(1, RetryDelay.MaxAttempts).Select(attempt => RetryDelay.After(attempt, 0)).ToList();

        Assert.Equal(TimeSpan.FromSeconds(1), delays[0]);
        Assert.Equal(TimeSpan.FromSeconds(8), delays[3]);
        Assert.All(delays.Zip(delays.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
        Assert.Equal(TimeSpan.FromHours(1), delays[^1]);
        Assert.InRange(delays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay).TotalDays, 2.5, 3.5);
        Assert.Equal(TimeSpan.FromSeconds(6), RetryDelay.After(4, 1));
    }
}
