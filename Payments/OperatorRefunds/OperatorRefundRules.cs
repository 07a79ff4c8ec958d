namespace ReelBallers.Payments;

/// <summary>Whether an operator's refund may start.</summary>
internal abstract record OperatorRefundDecision
{
    /// <summary>It may, with this amount.</summary>
    public sealed record Go(long AmountCents) : OperatorRefundDecision;

    /// <summary>The amount exceeds what is left of the payment.</summary>
    public sealed record ExceedsPayment(long RefundableCents) : OperatorRefundDecision;

    /// <summary>The credits of that amount are spent.</summary>
    public sealed record CreditsSpent(long RefundableCents) : OperatorRefundDecision;
}

/// <summary>Pure: how much of a payment may be refunded.</summary>
internal static class OperatorRefundRules
{
    /// <param name="checkout">The payment.</param>
    /// <param name="pendingCents">Of refunds that were started and not yet seen at Stripe.</param>
    /// <param name="requestedCents">0 for all that is left.</param>
    /// <param name="unspentPaid">Paid credits of this payment that are not spent; null: not limited by them.</param>
    /// <param name="unspentBonus">As above, for the bonus.</param>
    public static OperatorRefundDecision Decide(
        Checkout checkout, long pendingCents, long requestedCents, long? unspentPaid, long? unspentBonus)
    {
        var gone = checkout.RefundedCents + checkout.DisputedCents + pendingCents;
        var left = Math.Max(0, checkout.RefundableCents - gone);
        var amount = requestedCents == 0 ? left : requestedCents;
        if (left == 0 || amount > left)
        {
            return new OperatorRefundDecision.ExceedsPayment(left);
        }
        var covered = Math.Min(
            Covered(checkout, checkout.Credits, checkout.ReversedCredits, unspentPaid, gone, left),
            Covered(checkout, checkout.BonusCredits, checkout.ReversedBonusCredits, unspentBonus, gone, left));
        return amount <= covered ? new OperatorRefundDecision.Go(amount) : new OperatorRefundDecision.CreditsSpent(covered);
    }

    /// <summary>Whether the credits of an amount can be taken without leaving a debt.</summary>
    /// <param name="checkout">The payment.</param>
    /// <param name="takenCents">Of other orders whose credits are taken and whose refunds are not part of the checkout's sum.</param>
    /// <param name="amountCents">The amount.</param>
    /// <param name="unspentPaid">Paid credits of this payment that are not spent.</param>
    /// <param name="unspentBonus">As above, for the bonus.</param>
    public static bool IsCovered(Checkout checkout, long takenCents, long amountCents, long unspentPaid, long unspentBonus)
    {
        var lost = checkout.RefundedCents + checkout.DisputedCents + takenCents + amountCents;
        return ReversalRules.CreditsFor(checkout.Credits, lost, checkout.RefundableCents) - checkout.ReversedCredits <= unspentPaid
            && ReversalRules.CreditsFor(checkout.BonusCredits, lost, checkout.RefundableCents) - checkout.ReversedBonusCredits
                <= unspentBonus;
    }

    // The largest amount whose credits are unspent. The credits grow with the amount, so a binary search finds it.
    private static long Covered(Checkout checkout, long credits, long reversed, long? unspent, long gone, long left)
    {
        if (unspent is null)
        {
            return left;
        }
        var (low, high) = (0L, left);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var taken = ReversalRules.CreditsFor(credits, gone + middle, checkout.RefundableCents) - reversed;
            (low, high) = taken <= unspent ? (middle, high) : (low, middle - 1);
        }
        return low;
    }
}
