using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Commits a plan: the reversals, the wallet commands, the states of grants and the payment events together.</summary>
internal sealed partial class Reversals
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);

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
        if (limits.Value.BlocksAfterFraud)
        {
            foreach (var fraud in plan.Events.Where(IsLostFraud))
            {
                await blocks.AddAsync(checkout.UserId, fraud.Reference, cancellationToken);
            }
        }
        if (plan.Events.Any(IsReversal))
        {
            // The clawed-back credits would make the balance low, and the card that was just refunded would be charged again.
            foreach (var userId in await database.PersonOfAsync(checkout.UserId, cancellationToken))
            {
                await autoTopups.StopAsync(userId, version: null, AutoTopupReasons.PaymentReversed, cancellationToken);
            }
        }
        await grants.ReverseAsync(checkout.Id, plan.IsWhollyLost, cancellationToken);
        await paymentEvents.AddAsync(plan.Events.Select(planned => ToPaymentEvent(checkout, planned, now)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var dispute in plan.Changed.Where(IsAwaitingEvidence))
        {
            LogEvidenceDue(dispute.Id, checkout.Id, dispute.AmountCents, dispute.Status, _evidenceDue.GetValueOrDefault(dispute.Id));
        }
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
                insert into stripe_reversals (id, kind, checkout_id, amount_cents, status, evidence_due_by, updated_at)
                values ({reversal.Id}, {(short)reversal.Kind}, {checkout.Id}, {reversal.AmountCents}, {reversal.Status},
                    {EvidenceDueBy(reversal)}, {now})
                on conflict (id) do update set amount_cents = excluded.amount_cents, status = excluded.status,
                evidence_due_by = excluded.evidence_due_by, updated_at = excluded.updated_at
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
            // Sent by who planned it; the worker sends it if that fails.
            NextAttemptAt = now + FirstRetry,
        }));
    }

    private static PaymentEvent ToPaymentEvent(Checkout checkout, PlannedPaymentEvent planned, DateTimeOffset now) => new()
    {
        Type = planned.Type,
        UserId = checkout.UserId,
        SessionId = checkout.SessionId ?? "",
        PaymentIntentId = checkout.PaymentIntentId!,
        Reference = planned.Reference,
        AmountCents = planned.AmountCents,
        Credits = planned.Credits,
        CreatedAt = now,
    };

    private static bool IsAwaitingEvidence(Reversal reversal) =>
        reversal.Kind == ReversalKind.Dispute && ReversalRules.TakesEvidence.Contains(reversal.Status);

    private DateTimeOffset? EvidenceDueBy(Reversal reversal) => _evidenceDue.GetValueOrDefault(reversal.Id) is { } due
        ? new DateTimeOffset(DateTime.SpecifyKind(due, DateTimeKind.Utc)) : null;

    private static bool IsReversal(PlannedPaymentEvent planned) =>
        planned.Type is PaymentEventType.Refunded or PaymentEventType.Disputed or PaymentEventType.DisputeLost;

    private bool IsLostFraud(PlannedPaymentEvent planned) =>
        planned.Type == PaymentEventType.DisputeLost && _frauds.Contains(planned.Reference);

    [LoggerMessage(
        LogLevel.Error,
        "Dispute {DisputeId} of checkout {CheckoutId}, {AmountCents} cents, is {Status}: the bank takes evidence until {DueBy:u}; call " +
        "SubmitDisputeEvidence")]
    private partial void LogEvidenceDue(string disputeId, Guid checkoutId, long amountCents, string status, DateTime? dueBy);

    [LoggerMessage(
        LogLevel.Information,
        "Checkout {CheckoutId}: payment {PaymentIntentId} is {Status}: {RefundedCents} cents refunded, {DisputedCents} " +
        "disputed; {ReversedCredits} credits and {ReversedBonusCredits} bonus credits are reversed")]
    private partial void LogPlanned(
        Guid checkoutId, string paymentIntentId, CheckoutStatus status, long refundedCents, long disputedCents, long reversedCredits,
        long reversedBonusCredits);
}
