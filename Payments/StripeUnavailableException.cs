namespace ReelBallers.Payments;

/// <summary>Stripe cannot be reached, does not answer in time, or is in trouble: the same call may succeed later.</summary>
internal sealed class StripeUnavailableException(string message, Exception inner) : Exception(message, inner);
