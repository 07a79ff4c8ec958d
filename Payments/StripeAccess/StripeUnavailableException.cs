using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Stripe cannot be reached, does not answer in time, or is in trouble: the same call may succeed later.</summary>
internal sealed class StripeUnavailableException(string message, Exception? inner = null)
    : DependencyUnavailableException(message, inner)
{
    /// <summary>Stripe keeps this failure with the idempotency key and would repeat it for a day: the next attempt needs another key.</summary>
    public bool IsKept { get; init; }
}
