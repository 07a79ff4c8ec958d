namespace ReelBallers.Payments;

/// <summary>The money of one day of UTC.</summary>
/// <param name="Day">The day.</param>
/// <param name="PaidCents">Of payments whose credits reached the wallet.</param>
/// <param name="RefundedCents">Refunds less those that failed.</param>
/// <param name="DisputedCents">What banks withdrew for disputes less what they returned.</param>
internal sealed record PaymentDay(DateOnly Day, long PaidCents, long RefundedCents, long DisputedCents);
