namespace ReelBallers.LocalCloud.Stripe;

/// <summary>An API call at its handler.</summary>
/// <param name="Work">What it reads and changes.</param>
/// <param name="Params">Its parameters.</param>
/// <param name="Id">The id in its path, or empty.</param>
/// <param name="Base">The address under which the caller knows this server.</param>
internal sealed record StripeCall(StripeWork Work, StripeParams Params, string Id, Uri Base);
