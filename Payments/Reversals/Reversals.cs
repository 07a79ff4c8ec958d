using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>
/// Adjusts a payment's credits to its refunds and disputes, which are read from Stripe each time. Safe to repeat,
/// concurrently and in any order: each decision is made against a version of our row and committed as wallet commands;
/// a decision against an outdated version is repeated.
/// </summary>
internal sealed partial class Reversals(
    PaymentsDbContext database, StripeApi stripe, Crediting crediting, WalletOutbox outbox, PaymentEventLog paymentEvents,
    ParkedItems parked, TopupBlocks blocks, AutoTopupEnds autoTopups, Grants grants, IOptions<TopupLimitOptions> limits, TimeProvider time,
    ILogger<Reversals> logger)
{
    private const int MaxTries = 10;

    // How often an undecided dispute or refund is read again.
    private static readonly TimeSpan LookInterval = TimeSpan.FromHours(1);

    // The disputes of the payment that was read last whose reason is fraud.
    private HashSet<string> _frauds = [];

    // Until when the bank takes evidence for the disputes of that payment.
    private Dictionary<string, DateTime?> _evidenceDue = [];

    /// <exception cref="StripeUnavailableException">Try again.</exception>
    /// <exception cref="Grpc.Core.RpcException">The wallet is unavailable: try again.</exception>
    public async Task<ReversalOutcome> ApplyAsync(string paymentIntentId, CancellationToken cancellationToken)
    {
        Checkout? checkout;
        try
        {
            checkout = await FindAsync(paymentIntentId, cancellationToken);
        }
        catch (StripeException rejection) when (StripeApi.IsMissing(rejection))
        {
            return ReversalOutcome.PaymentUnknown;
        }
        if (checkout?.CreditedAt is null)
        {
            if (checkout is not null)
            {
                LogNotCredited(checkout.Id, paymentIntentId);
            }
            await parked.ResolveAsync(ParkedKind.Payment, paymentIntentId, cancellationToken);
            return checkout is null ? ReversalOutcome.NotOurs : ReversalOutcome.NotCredited;
        }
        var isNew = await PlanAsync(checkout.Id, orders => NowAsync(paymentIntentId, orders, cancellationToken), cancellationToken);
        await outbox.SendPendingAsync(checkout.Id, cancellationToken);
        return isNew ? ReversalOutcome.Reversed : ReversalOutcome.AlreadyReversed;
    }

    /// <summary>
    /// Takes the credits of operators' orders before Stripe refunds, or returns them when Stripe does not. Stripe is not asked.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">The wallet is unavailable: try again.</exception>
    public async Task ApplyOrdersAsync(Guid checkoutId, CancellationToken cancellationToken)
    {
        await PlanAsync(checkoutId, readStripe: null, cancellationToken);
        await outbox.SendPendingAsync(checkoutId, cancellationToken);
    }

    // Whether there was a change.
    private async Task<bool> PlanAsync(
        Guid checkoutId, Func<List<OperatorRefund>, Task<List<Reversal>>>? readStripe, CancellationToken cancellationToken)
    {
        var isNew = false;
        for (var tries = 1; await DecideAsync(checkoutId, readStripe, cancellationToken) is var decision
            && decision != Decision.Nothing; tries++)
        {
            isNew |= decision == Decision.Planned;
            if (tries == MaxTries)
            {
                throw new InvalidOperationException($"Checkout {checkoutId} changed during each of {MaxTries} attempts.");
            }
        }
        return isNew;
    }

    // The event of a refund may arrive before that of its payment: the payment is then credited first.
    private async Task<Checkout?> FindAsync(string paymentIntentId, CancellationToken cancellationToken)
    {
        var paidBy = database.Checkouts.AsNoTracking().Where(row => row.PaymentIntentId == paymentIntentId);
        if (await paidBy.SingleOrDefaultAsync(cancellationToken) is { CreditedAt: not null } credited)
        {
            return credited;
        }
        var sessions = await stripe.SessionsOfAsync(paymentIntentId, cancellationToken);
        foreach (var session in sessions)
        {
            await crediting.ApplyAsync(session.Id, SessionHint.None, null, cancellationToken);
        }
        if (sessions.Count == 0 && await stripe.GetPaymentAsync(paymentIntentId, cancellationToken) is { } payment)
        {
            await crediting.ApplyPaymentAsync(payment, cancellationToken);
        }
        return await paidBy.SingleOrDefaultAsync(cancellationToken);
    }

    private async Task<Decision> DecideAsync(
        Guid checkoutId, Func<List<OperatorRefund>, Task<List<Reversal>>>? readStripe, CancellationToken cancellationToken)
    {
        // In this order: what the plan starts from must not be newer than the version that the commit checks.
        var checkout = await database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == checkoutId, cancellationToken);
        var known = await database.Reversals.AsNoTracking().Where(row => row.CheckoutId == checkoutId).ToListAsync(cancellationToken);
        var orders = await database.OperatorRefunds.AsNoTracking()
            .Where(row => row.CheckoutId == checkoutId && row.AreCreditsTaken).ToListAsync(cancellationToken);
        var now = readStripe is null ? [] : await readStripe(orders);
        var refunds = now.Select(reversal => reversal.Id).Concat(known.Select(reversal => reversal.Id)).ToHashSet();
        now.AddRange(orders.Select(order => new Reversal(
            ReversalRules.OrderId(order.Id), ReversalKind.Order, order.AmountCents,
            order.State == OperatorRefundState.Rejected || refunds.Contains(order.RefundId ?? "")
                ? ReversalRules.OrderReplaced : ReversalRules.OrderTaken,
            checkout.Currency)));
        if (ReversalRules.Plan(checkout, known, now) is { } plan)
        {
            return await CommitAsync(checkout, plan, cancellationToken) ? Decision.Planned : Decision.Late;
        }
        if (readStripe is not null)
        {
            await NoteAsync(checkout, now, cancellationToken);
        }
        return Decision.Nothing;
    }

    // What is open is looked at again later, and what is not understood is set aside for an operator.
    private async Task NoteAsync(Checkout checkout, List<Reversal> now, CancellationToken cancellationToken)
    {
        var anomalies = ReversalRules.Anomalies(checkout, now);
        var again = anomalies.Count > 0 || now.Exists(ReversalRules.IsOpen) ? time.GetUtcNow() + LookInterval : (DateTimeOffset?)null;
        if (again is not null || checkout.LookAgainAt is not null)
        {
            await database.Checkouts.Where(row => row.Id == checkout.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LookAgainAt, again), cancellationToken);
        }
        await (anomalies.Count == 0
            ? parked.ResolveAsync(ParkedKind.Payment, checkout.PaymentIntentId!, cancellationToken)
            : parked.ParkAsync(
                ParkedKind.Payment, checkout.PaymentIntentId!, anomalies[0].Reason,
                string.Join(' ', anomalies.Select(anomaly => anomaly.Detail)), isRetried: false, cancellationToken));
    }

    private async Task<List<Reversal>> NowAsync(
        string paymentIntentId, List<OperatorRefund> orders, CancellationToken cancellationToken)
    {
        var refunds = await stripe.RefundsOfAsync(paymentIntentId, cancellationToken);
        var disputes = await stripe.DisputesOfAsync(paymentIntentId, cancellationToken);
        foreach (var order in orders.Where(order => order.RefundId is null))
        {
            // Created, and its answer not stored yet.
            order.RefundId = refunds.Find(refund => refund.Metadata?.GetValueOrDefault(StripeApi.OperatorRefundKey) == order.Id)?.Id;
        }
        _frauds = [.. disputes.Where(dispute => dispute.Reason == "fraudulent").Select(dispute => dispute.Id)];
        _evidenceDue = disputes.ToDictionary(dispute => dispute.Id, dispute => dispute.EvidenceDetails?.DueBy);
        return
        [
            .. refunds.OrderBy(refund => refund.Created).Select(refund => new Reversal(
                refund.Id, ReversalKind.Refund, refund.Amount, refund.Status ?? "", refund.Currency ?? "")),
            .. disputes.OrderBy(dispute => dispute.Created).Select(dispute => new Reversal(
                dispute.Id, ReversalKind.Dispute, dispute.Amount, dispute.Status ?? "", dispute.Currency ?? "")),
        ];
    }

    private enum Decision
    {
        Nothing,
        Planned,

        /// <summary>Decided against an outdated version.</summary>
        Late,
    }

    [LoggerMessage(LogLevel.Warning, "Checkout {CheckoutId}: payment {PaymentIntentId} was reversed before it was credited")]
    private partial void LogNotCredited(Guid checkoutId, string paymentIntentId);
}
