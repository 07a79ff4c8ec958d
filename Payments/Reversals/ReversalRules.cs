namespace ReelBallers.Payments;

/// <summary>A refund or a dispute in its current state at Stripe.</summary>
internal sealed record Reversal(string Id, ReversalKind Kind, long AmountCents, string Status);

/// <summary>The changes of a payment's refunds and disputes, and their consequences.</summary>
internal sealed record ReversalPlan(
    CheckoutStatus Status, long RefundedCents, long DisputedCents, long ReversedCredits, long ReversedBonusCredits,
    IReadOnlyList<Reversal> Changed, IReadOnlyList<PlannedWalletCommand> Commands, IReadOnlyList<PlannedPaymentEvent> Events);

/// <summary>A wallet command of a plan.</summary>
internal sealed record PlannedWalletCommand(WalletCommandKind Kind, long PaidCredits, long BonusCredits, string Reference);

/// <summary>A payment event of a plan.</summary>
internal sealed record PlannedPaymentEvent(PaymentEventType Type, string Reference, long AmountCents, long Credits);

/// <summary>
/// Pure: plans from what was applied before and the current state at Stripe. It considers all refunds and disputes of a
/// payment together, so that the number and order of their events make no difference.
/// </summary>
internal static class ReversalRules
{
    /// <summary>
    /// The credits to reverse when that many cents of the price are lost: their share, rounded down in the payer's favour,
    /// and all of them when all is lost. Computed from the total, so that rounding errors do not add up.
    /// </summary>
    public static long CreditsFor(long credits, long lostCents, long priceCents) =>
        (long)((Int128)credits * Math.Min(lostCents, priceCents) / priceCents);

    /// <summary>Null when nothing has changed.</summary>
    public static ReversalPlan? Plan(Checkout checkout, IReadOnlyCollection<StripeReversal> known, IReadOnlyCollection<Reversal> now)
    {
        var before = known.ToDictionary(
            reversal => reversal.Id, reversal => new Reversal(reversal.Id, reversal.Kind, reversal.AmountCents, reversal.Status));
        var changed = now.Where(reversal => before.GetValueOrDefault(reversal.Id) != reversal).ToList();
        if (changed.Count == 0)
        {
            return null;
        }
        var state = new Dictionary<string, Reversal>(before);
        var (commands, events) = (new List<PlannedWalletCommand>(), new List<PlannedPaymentEvent>());
        foreach (var reversal in changed)
        {
            var old = before.GetValueOrDefault(reversal.Id);
            var taken = TakenCredits(checkout, state.Values);
            state[reversal.Id] = reversal;
            var credits = TakenCredits(checkout, state.Values);
            if (EventType(old, reversal) is { } type)
            {
                events.Add(new PlannedPaymentEvent(
                    type, reversal.Id, reversal.AmountCents, Math.Abs(credits.Paid + credits.Bonus - taken.Paid - taken.Bonus)));
            }
            if (reversal.Kind == ReversalKind.Dispute)
            {
                AddFreeze(commands, old, reversal);
            }
        }
        var (paid, bonus) = TakenCredits(checkout, state.Values);
        var (morePaid, moreBonus) = (paid - checkout.ReversedCredits, bonus - checkout.ReversedBonusCredits);
        if (morePaid > 0 || moreBonus > 0)
        {
            commands.Add(new PlannedWalletCommand(WalletCommandKind.ClawBack, morePaid, moreBonus, ""));
        }
        else if (morePaid < 0 || moreBonus < 0)
        {
            commands.Add(new PlannedWalletCommand(WalletCommandKind.Reinstate, -morePaid, -moreBonus, ""));
        }
        var (refunded, disputed) = (Lost(state.Values, ReversalKind.Refund), Lost(state.Values, ReversalKind.Dispute));
        return new ReversalPlan(StatusOf(checkout, refunded, disputed), refunded, disputed, paid, bonus, changed, commands, events);
    }

    private static CheckoutStatus StatusOf(Checkout checkout, long refunded, long disputed) =>
        disputed > 0 ? CheckoutStatus.Disputed : refunded >= checkout.AmountCents ? CheckoutStatus.Refunded : CheckoutStatus.Paid;

    private static (long Paid, long Bonus) TakenCredits(Checkout checkout, IEnumerable<Reversal> reversals)
    {
        var lost = reversals.Where(IsLost).Sum(reversal => reversal.AmountCents);
        return (CreditsFor(checkout.Credits, lost, checkout.AmountCents), CreditsFor(checkout.BonusCredits, lost, checkout.AmountCents));
    }

    private static long Lost(IEnumerable<Reversal> reversals, ReversalKind kind) =>
        reversals.Where(reversal => reversal.Kind == kind && IsLost(reversal)).Sum(reversal => reversal.AmountCents);

    private static void AddFreeze(List<PlannedWalletCommand> commands, Reversal? old, Reversal dispute)
    {
        if (IsUndecided(dispute))
        {
            commands.Add(new PlannedWalletCommand(WalletCommandKind.Freeze, 0, 0, dispute.Id));
        }
        else if (old is not null && IsUndecided(old))
        {
            commands.Add(new PlannedWalletCommand(WalletCommandKind.Unfreeze, 0, 0, dispute.Id));
        }
    }

    private static PaymentEventType? EventType(Reversal? old, Reversal reversal) =>
        (reversal.Kind, old is not null && IsLost(old), IsLost(reversal)) switch
        {
            (ReversalKind.Refund, false, true) => PaymentEventType.Refunded,
            (ReversalKind.Refund, true, false) => PaymentEventType.RefundFailed,
            (ReversalKind.Dispute, _, true) when reversal.Status == "lost" => PaymentEventType.DisputeLost,
            (ReversalKind.Dispute, false, true) => PaymentEventType.Disputed,
            (ReversalKind.Dispute, true, false) => PaymentEventType.DisputeWon,
            _ => null,
        };

    // The bank has not decided yet and holds the money.
    private static bool IsUndecided(Reversal reversal) =>
        reversal.Kind == ReversalKind.Dispute && reversal.Status is "needs_response" or "under_review";

    // A pending refund counts; a failed one does not. An inquiry (warning_*) moves no money.
    private static bool IsLost(Reversal reversal) => (reversal.Kind, reversal.Status) switch
    {
        (ReversalKind.Refund, "succeeded" or "pending" or "requires_action") => true,
        (ReversalKind.Refund, "failed" or "canceled") => false,
        (ReversalKind.Dispute, "needs_response" or "under_review" or "lost") => true,
        (ReversalKind.Dispute, "won" or "prevented" or "warning_needs_response" or "warning_under_review" or "warning_closed") => false,
        _ => throw new InvalidOperationException($"{reversal.Kind} {reversal.Id} has an unknown status: {reversal.Status}."),
    };
}
