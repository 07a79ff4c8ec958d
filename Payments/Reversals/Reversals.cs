using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>
/// Adjusts a payment's credits to its refunds and disputes, which are read from Stripe each time. Safe to repeat,
/// concurrently and in any order: each decision is made against a version of our row and committed as wallet commands;
/// a decision against an outdated version is repeated.
/// </summary>
internal sealed partial class Reversals(
    PaymentsDbContext database, StripeApi stripe, Crediting crediting, WalletOutbox outbox, PaymentEventLog paymentEvents,
    TimeProvider time, ILogger<Reversals> logger)
{
    private const int MaxTries = 10;

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
        if (checkout is null)
        {
            return ReversalOutcome.NotOurs;
        }
        if (checkout.CreditedAt is null)
        {
            LogNotCredited(checkout.Id, paymentIntentId);
            return ReversalOutcome.NotCredited;
        }
        var isNew = false;
        for (var tries = 1; await DecideAsync(checkout.Id, paymentIntentId, cancellationToken) is var decision
            && decision != Decision.Nothing; tries++)
        {
            isNew |= decision == Decision.Planned;
            if (tries == MaxTries)
            {
                throw new InvalidOperationException($"Payment {paymentIntentId} changed during each of {MaxTries} attempts.");
            }
        }
        await outbox.SendPendingAsync(checkout.Id, cancellationToken);
        return isNew ? ReversalOutcome.Reversed : ReversalOutcome.AlreadyReversed;
    }

    // The event of a refund may arrive before that of its payment: the payment is then credited first.
    private async Task<Checkout?> FindAsync(string paymentIntentId, CancellationToken cancellationToken)
    {
        var paidBy = database.Checkouts.AsNoTracking().Where(row => row.PaymentIntentId == paymentIntentId);
        if (await paidBy.SingleOrDefaultAsync(cancellationToken) is { CreditedAt: not null } credited)
        {
            return credited;
        }
        foreach (var session in await stripe.SessionsOfAsync(paymentIntentId, cancellationToken))
        {
            await crediting.ApplyAsync(session.Id, SessionHint.None, null, cancellationToken);
        }
        return await paidBy.SingleOrDefaultAsync(cancellationToken);
    }

    private async Task<Decision> DecideAsync(Guid checkoutId, string paymentIntentId, CancellationToken cancellationToken)
    {
        // In this order: the known reversals must not be newer than the version that the commit checks.
        var checkout = await database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == checkoutId, cancellationToken);
        var known = await database.Reversals.AsNoTracking().Where(row => row.CheckoutId == checkoutId).ToListAsync(cancellationToken);
        var plan = ReversalRules.Plan(checkout, known, await NowAsync(paymentIntentId, cancellationToken));
        if (plan is null)
        {
            return Decision.Nothing;
        }
        return await CommitAsync(checkout, plan, cancellationToken) ? Decision.Planned : Decision.Late;
    }

    private async Task<List<Reversal>> NowAsync(string paymentIntentId, CancellationToken cancellationToken)
    {
        var refunds = await stripe.RefundsOfAsync(paymentIntentId, cancellationToken);
        var disputes = await stripe.DisputesOfAsync(paymentIntentId, cancellationToken);
        return
        [
            .. refunds.OrderBy(refund => refund.Created)
            .Select(refund => new Reversal(refund.Id, ReversalKind.Refund, refund.Amount, refund.Status ?? "")),
            .. disputes.OrderBy(dispute => dispute.Created)
            .Select(dispute => new Reversal(dispute.Id, ReversalKind.Dispute, dispute.Amount, dispute.Status ?? "")),
        ];
    }

    private async Task<bool> CommitAsync(Checkout checkout, ReversalPlan plan, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var updated = await database.Checkouts
            .Where(row => row.Id == checkout.Id && row.ReversalVersion == checkout.ReversalVersion)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.ReversalVersion, checkout.ReversalVersion + 1)
                    .SetProperty(row => row.Status, plan.Status)
                    .SetProperty(row => row.RefundedCents, plan.RefundedCents)
                    .SetProperty(row => row.DisputedCents, plan.DisputedCents)
                    .SetProperty(row => row.ReversedCredits, plan.ReversedCredits)
                    .SetProperty(row => row.ReversedBonusCredits, plan.ReversedBonusCredits)
                    .SetProperty(row => row.UpdatedAt, now),
                cancellationToken);
        if (updated == 0)
        {
            return false;
        }
        await StoreAsync(checkout, plan, now, cancellationToken);
        await paymentEvents.AddAsync(plan.Events.Select(planned => ToPaymentEvent(checkout, planned, now)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogPlanned(checkout.Id, checkout.PaymentIntentId!, plan.Status, plan.RefundedCents, plan.DisputedCents, plan.ReversedCredits,
            plan.ReversedBonusCredits);
        return true;
    }

    private async Task StoreAsync(Checkout checkout, ReversalPlan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var reversal in plan.Changed)
        {
            await database.Database.ExecuteSqlAsync(
                $"""
                insert into stripe_reversals (id, kind, checkout_id, amount_cents, status, updated_at)
                values ({reversal.Id}, {(short)reversal.Kind}, {checkout.Id}, {reversal.AmountCents}, {reversal.Status}, {now})
                on conflict (id) do update set amount_cents = excluded.amount_cents, status = excluded.status,
                updated_at = excluded.updated_at
                """, cancellationToken);
        }
        var last = await database.WalletCommands.Where(row => row.CheckoutId == checkout.Id)
            .MaxAsync(row => (int?)row.Sequence, cancellationToken) ?? 0;
        database.WalletCommands.AddRange(plan.Commands.Select((command, index) => new WalletCommand
        {
            CheckoutId = checkout.Id,
            Sequence = last + 1 + index,
            Kind = command.Kind,
            PaidCredits = command.PaidCredits,
            BonusCredits = command.BonusCredits,
            Reference = command.Reference,
            Description = Wording.Of(command.Kind, checkout),
            TraceParent = TraceParents.Current,
            PlannedAt = now,
        }));
    }

    private static PaymentEvent ToPaymentEvent(Checkout checkout, PlannedPaymentEvent planned, DateTimeOffset now) => new()
    {
        Type = planned.Type,
        UserId = checkout.UserId,
        SessionId = checkout.SessionId!,
        PaymentIntentId = checkout.PaymentIntentId!,
        Reference = planned.Reference,
        AmountCents = planned.AmountCents,
        Credits = planned.Credits,
        CreatedAt = now,
    };

    private enum Decision
    {
        Nothing,
        Planned,

        /// <summary>Decided against an outdated version.</summary>
        Late,
    }

    [LoggerMessage(LogLevel.Warning, "Checkout {CheckoutId}: payment {PaymentIntentId} was reversed before it was credited")]
    private partial void LogNotCredited(Guid checkoutId, string paymentIntentId);

    [LoggerMessage(
        LogLevel.Information,
        "Checkout {CheckoutId}: payment {PaymentIntentId} is {Status}: {RefundedCents} cents refunded, {DisputedCents} " +
        "disputed; {ReversedCredits} credits and {ReversedBonusCredits} bonus credits are reversed")]
    private partial void LogPlanned(
        Guid checkoutId, string paymentIntentId, CheckoutStatus status, long refundedCents, long disputedCents, long reversedCredits,
        long reversedBonusCredits);
}
