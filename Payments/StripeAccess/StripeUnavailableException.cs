using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Stripe cannot be reached, does not answer in time, or fails: the same call may succeed later.</summary>
internal sealed class StripeUnavailableException(string message, Exception? inner = null)
    : DependencyUnavailableException(message, inner)
{
    /// <summary>Stripe replays this failure under the same idempotency key for a day: the next attempt needs another key.</summary>
    public bool IsKept { get; init; }

    /// <summary>Stripe does not know an object that it should: our key is of another mode (live or test) or another account.</summary>
    public bool IsMissing { get; init; }
}
