namespace ReelBallers.LocalCloud.Stripe;

/// <summary>A request that passed the checks.</summary>
internal sealed record StripeRequest(string Id, FormNode Parameters, string? IdempotencyKey, string Fingerprint);
