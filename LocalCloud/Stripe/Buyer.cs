namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Who pays, as typed on the page.</summary>
internal sealed record Buyer(string Email, string? Name);
