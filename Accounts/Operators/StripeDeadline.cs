using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// The deadline of a call by which Payments asks Stripe. It is longer than Payments waits for the Wallet (10 s) and for two answers of
/// Stripe (15 s each, with their retries), so that an act is not given up while it is carried out.
/// </summary>
internal static class StripeDeadline
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(42);

    /// <summary>From now on.</summary>
    public static DateTime FromNow() => RpcDeadlines.After(Timeout);
}
