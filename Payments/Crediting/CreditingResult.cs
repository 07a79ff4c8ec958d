namespace ReelBallers.Payments;

/// <summary>The result of bringing a checkout up to date with its session.</summary>
/// <param name="Outcome">What was done.</param>
/// <param name="ReversedPaymentId">
/// The payment, when it is credited and was refunded or disputed since, in whole or in part: its reversals are due. Else null.
/// </param>
internal readonly record struct CreditingResult(CreditingOutcome Outcome, string? ReversedPaymentId);
