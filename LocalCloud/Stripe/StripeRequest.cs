namespace ReelBallers.LocalCloud.Stripe;

/// <summary>A request that was let in.</summary>
internal sealed record StripeRequest(string Id, FormNode Parameters, string? IdempotencyKey, string Fingerprint);
