namespace ReelBallers.Payments;

/// <summary>A refund or a dispute in its current state at Stripe.</summary>
/// <param name="Id">Stripe's id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="AmountCents">In its own currency.</param>
/// <param name="Status">Stripe's status.</param>
/// <param name="Currency">ISO 4217, lower case.</param>
internal sealed record Reversal(string Id, ReversalKind Kind, long AmountCents, string Status, string Currency);

/// <summary>A refund or dispute that is not netted, and why.</summary>
internal sealed record ReversalAnomaly(string Reason, string Detail);

/// <summary>
/// The changes of a payment's refunds and disputes, and their consequences. Wholly lost: refunds and lost disputes have taken all that was
/// paid; a dispute that is not decided has not.
/// </summary>
internal sealed record ReversalPlan(
    CheckoutStatus Status, long RefundedCents, long DisputedCents, long ReversedCredits, long ReversedBonusCredits, bool IsWhollyLost,
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
    /// <summary>The status of an operator's order whose credits are taken and whose refund is not seen at Stripe.</summary>
    public const string OrderTaken = "taken";

    /// <summary>The statuses of a dispute in which the bank takes evidence.</summary>
    public static readonly IReadOnlyList<string> TakesEvidence = ["needs_response", "warning_needs_response", "appeal_needs_response"];

    /// <summary>The id of an operator's order among the reversals.</summary>
    public static string OrderId(string key) => $"order:{key}";

    /// <summary>The status of an operator's order after that: Stripe's refund stands for it, or there is none.</summary>
    public const string OrderReplaced = "replaced";

    /// <summary>
    /// The credits to reverse when that many cents of what was paid are lost: their share, rounded down in the payer's favour,
    /// and all of them when all is lost. Computed from the total, so that rounding errors do not add up.
    /// </summary>
    public static long CreditsFor(long credits, long lostCents, long priceCents) =>
        (long)((Int128)credits * Math.Min(lostCents, priceCents) / priceCents);

    /// <summary>Null when nothing has changed.</summary>
    public static ReversalPlan? Plan(Checkout checkout, IReadOnlyCollection<StripeReversal> known, IReadOnlyCollection<Reversal> now)
    {
        var before = known.ToDictionary(
            reversal => reversal.Id,
            reversal => new Reversal(reversal.Id, reversal.Kind, reversal.AmountCents, reversal.Status, checkout.Currency));
        // What is not understood stays as it was; the others are applied.
        var changed = now.Where(reversal => AnomalyOf(checkout, reversal) is null && before.GetValueOrDefault(reversal.Id) != reversal)
            .ToList();
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
        return new ReversalPlan(
            StatusOf(checkout, refunded, disputed), refunded, disputed, paid, bonus, IsWhollyLost(checkout, state.Values), changed,
            commands, events);
    }

    /// <summary>What of the payment's refunds and disputes is not netted: an unknown status, or another currency.</summary>
    public static IReadOnlyList<ReversalAnomaly> Anomalies(Checkout checkout, IEnumerable<Reversal> now) =>
        [.. now.Select(reversal => AnomalyOf(checkout, reversal)).OfType<ReversalAnomaly>()];

    /// <summary>Whether Stripe may still decide about it.</summary>
    public static bool IsOpen(Reversal reversal) => OpenStatuses.Contains(reversal.Status);

    /// <summary>The statuses of refunds and disputes about which Stripe may still decide.</summary>
    public static readonly IReadOnlyList<string> OpenStatuses =
    [
        "pending", "requires_action", "needs_response", "under_review", "warning_needs_response", "warning_under_review",
        "appeal_needs_response", "appeal_under_review",
    ];

    private static ReversalAnomaly? AnomalyOf(Checkout checkout, Reversal reversal) =>
        EffectOf(reversal) == ReversalEffect.Unknown
            ? new ReversalAnomaly(ParkedReasons.UnknownStatus, $"{reversal.Kind} {reversal.Id} has the status '{reversal.Status}'.")
            : reversal.Currency != checkout.Currency
                ? new ReversalAnomaly(
                    ParkedReasons.ForeignCurrency,
                    $"{reversal.Kind} {reversal.Id}: {reversal.AmountCents} {reversal.Currency}; the checkout is in {checkout.Currency}.")
                : null;

    private static CheckoutStatus StatusOf(Checkout checkout, long refunded, long disputed) =>
        disputed > 0 ? CheckoutStatus.Disputed : refunded >= checkout.RefundableCents ? CheckoutStatus.Refunded : CheckoutStatus.Paid;

    private static (long Paid, long Bonus) TakenCredits(Checkout checkout, IEnumerable<Reversal> reversals)
    {
        var lost = reversals.Where(IsLost).Sum(reversal => reversal.AmountCents);
        var paid = checkout.RefundableCents;
        return (CreditsFor(checkout.Credits, lost, paid), CreditsFor(checkout.BonusCredits, lost, paid));
    }

    private static long Lost(IEnumerable<Reversal> reversals, ReversalKind kind) =>
        reversals.Where(reversal => reversal.Kind == kind && IsLost(reversal)).Sum(reversal => reversal.AmountCents);

    // An operator's order counts once Stripe's refund stands for it.
    private static bool IsWhollyLost(Checkout checkout, IEnumerable<Reversal> reversals) =>
        reversals.Where(reversal => reversal.Kind != ReversalKind.Order && EffectOf(reversal) == ReversalEffect.Lost)
            .Sum(reversal => reversal.AmountCents) >= checkout.RefundableCents;

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
        (reversal.Kind, old is null ? ReversalEffect.None : EffectOf(old), EffectOf(reversal)) switch
        {
            (ReversalKind.Refund, ReversalEffect.None, ReversalEffect.Lost) => PaymentEventType.Refunded,
            (ReversalKind.Refund, ReversalEffect.Lost, ReversalEffect.None) => PaymentEventType.RefundFailed,
            (ReversalKind.Dispute, not ReversalEffect.Lost, ReversalEffect.Lost) => PaymentEventType.DisputeLost,
            (ReversalKind.Dispute, ReversalEffect.None, ReversalEffect.Undecided) => PaymentEventType.Disputed,
            (ReversalKind.Dispute, ReversalEffect.Undecided or ReversalEffect.Lost, ReversalEffect.None) => PaymentEventType.DisputeWon,
            _ => null,
        };

    private static bool IsUndecided(Reversal reversal) => EffectOf(reversal) == ReversalEffect.Undecided;

    private static bool IsLost(Reversal reversal) => EffectOf(reversal) is ReversalEffect.Lost or ReversalEffect.Undecided;

    // A pending refund counts; a failed one does not. An inquiry (warning_*) moves no money. An appeal against a lost dispute
    // returns the money only when it is won.
    private static ReversalEffect EffectOf(Reversal reversal) => (reversal.Kind, reversal.Status) switch
    {
        (ReversalKind.Refund, "succeeded" or "pending" or "requires_action") => ReversalEffect.Lost,
        (ReversalKind.Refund, "failed" or "canceled") => ReversalEffect.None,
        (ReversalKind.Order, OrderTaken) => ReversalEffect.Lost,
        (ReversalKind.Order, OrderReplaced) => ReversalEffect.None,
        (ReversalKind.Dispute, "needs_response" or "under_review") => ReversalEffect.Undecided,
        (ReversalKind.Dispute, "lost" or "appeal_needs_response" or "appeal_under_review") => ReversalEffect.Lost,
        (ReversalKind.Dispute, "won" or "prevented" or "warning_needs_response" or "warning_under_review" or "warning_closed") =>
            ReversalEffect.None,
        _ => ReversalEffect.Unknown,
    };

    private enum ReversalEffect
    {
        /// <summary>Moves no money.</summary>
        None,

        /// <summary>The bank holds the money and has not decided.</summary>
        Undecided,

        /// <summary>The money is gone.</summary>
        Lost,

        /// <summary>A status that this version does not know.</summary>
        Unknown,
    }
}
