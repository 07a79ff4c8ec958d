using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>A payment of a checkout session, by Stripe alone.</summary>
internal sealed record StripePayment(
    string Id, Guid UserId, long Price, bool IsOurs, IReadOnlyList<Refund> Refunds, IReadOnlyList<Dispute> Disputes)
{
    private const string Dollars = "usd";

    // What a status that Stripe has not documented means may not be guessed.
    private static readonly string[] DisputeStatuses =
    [
        "warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review", "won", "lost", "prevented",
        "appeal_needs_response", "appeal_under_review",
    ];

    /// <summary>The disputes that count: in our currency, and in a state that Stripe documents.</summary>
    public IEnumerable<Dispute> OurDisputes =>
        Disputes.Where(dispute => dispute.Currency == Dollars && DisputeStatuses.Contains(dispute.Status));

    /// <summary>The refunds that count.</summary>
    public IEnumerable<Refund> OurRefunds => Refunds.Where(refund => refund.Currency == Dollars);

    /// <summary>
    /// What Stripe leaves us of the price: less the refunds that have not failed, less what the bank has withdrawn and not given back.
    /// The latter is read from the movements of money, not from the dispute's status.
    /// </summary>
    public long LeftCents => Math.Max(0, Price
        - OurRefunds.Where(refund => refund.Status is not ("failed" or "canceled")).Sum(refund => refund.Amount)
        + OurDisputes.SelectMany(dispute => dispute.BalanceTransactions).Sum(moved => moved.Amount));

    /// <summary>What refunds and disputes have ever claimed, whatever became of them.</summary>
    public long ClaimedCents => Math.Min(Price, OurRefunds.Sum(refund => refund.Amount) + OurDisputes.Sum(dispute => dispute.Amount));

    /// <summary>Whether money that was claimed has come back.</summary>
    public bool HasRecovered => OurDisputes.Any(dispute => dispute.Status == "won")
        || OurRefunds.Any(refund => refund.Status is "failed" or "canceled");

    /// <summary>Whether a bank has the money and decides.</summary>
    public bool IsBeforeTheBank => OurDisputes.Any(dispute => dispute.Status is "needs_response" or "under_review");

    /// <summary>Whether the session was paid by a charge of that amount in our currency.</summary>
    public static bool IsPaidInDollars(Session session, Charge charge) => session.Currency == Dollars && charge.Currency == Dollars
        && charge is { Paid: true, Captured: true } && charge.AmountCaptured == session.AmountTotal;
}

/// <summary>All paid sessions, with the refunds and disputes of their payments.</summary>
internal sealed record StripeBooks(IReadOnlyList<StripePayment> Payments)
{
    public static async Task<StripeBooks> ReadAsync(IStripeClient stripe)
    {
        var sessions = await AllAsync(new SessionService(stripe).ListAutoPagingAsync(new SessionListOptions { Limit = 100 }));
        var charges = (await AllAsync(new ChargeService(stripe).ListAutoPagingAsync(new ChargeListOptions { Limit = 100 })))
            .Where(charge => charge.Paid).ToDictionary(charge => charge.PaymentIntentId);
        var refunds = (await AllAsync(new RefundService(stripe).ListAutoPagingAsync(new RefundListOptions { Limit = 100 })))
            .ToLookup(refund => refund.PaymentIntentId);
        var disputes = (await AllAsync(new DisputeService(stripe).ListAutoPagingAsync(new DisputeListOptions { Limit = 100 })))
            .ToLookup(dispute => dispute.PaymentIntentId);
        return new StripeBooks([.. sessions.Where(session => session.PaymentStatus == "paid").Select(session => new StripePayment(
            session.PaymentIntentId, Guid.Parse(session.ClientReferenceId), session.AmountTotal!.Value,
            StripePayment.IsPaidInDollars(session, charges[session.PaymentIntentId]),
            [.. refunds[session.PaymentIntentId]], [.. disputes[session.PaymentIntentId]]))]);
    }

    private static async Task<List<T>> AllAsync<T>(IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items)
        {
            all.Add(item);
        }
        return all;
    }
}
