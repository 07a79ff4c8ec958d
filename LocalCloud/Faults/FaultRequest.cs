namespace ReelBallers.LocalCloud.Faults;

/// <summary>A validated request for a fault.</summary>
/// <param name="Cloud">Where it happens.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Match">A method and a path prefix (<c>POST /v1/refunds</c>), for Stripe's webhook kinds an event type;
/// empty matches everything.</param>
/// <param name="Times">How often it is applied at most; null is once, or without limit when <paramref name="Every"/> is given.</param>
/// <param name="Every">Applied to one of this many matches.</param>
/// <param name="Seed">Selects the one of each group at random; null takes the last.</param>
/// <param name="Status">The HTTP status of <see cref="FaultKind.Status"/> and <see cref="FaultKind.StatusAfterEffect"/>; null is
/// 500.</param>
/// <param name="DelayMs">The wait of the delaying kinds, in milliseconds; null is 1000.</param>
/// <param name="RetryAfterSeconds">The header <c>Retry-After</c> of <see cref="FaultKind.Status"/>; null is none.</param>
/// <param name="ShouldRetry">The header <c>Stripe-Should-Retry</c> of Stripe's <see cref="FaultKind.Status"/>; null is none.</param>
internal sealed record FaultRequest(
    CloudName Cloud,
    FaultKind Kind,
    string Match = "",
    int? Times = null,
    int? Every = null,
    int? Seed = null,
    int? Status = null,
    int? DelayMs = null,
    int? RetryAfterSeconds = null,
    bool? ShouldRetry = null);
