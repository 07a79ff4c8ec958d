namespace ReelBallers.LocalCloud.Stripe;

/// <summary>An API call at its handler.</summary>
/// <param name="Work">What it reads and changes.</param>
/// <param name="Params">Its parameters.</param>
/// <param name="Id">The id in its path, or empty.</param>
/// <param name="Customer">The customer in its path, before the id, or empty.</param>
/// <param name="Base">The address under which the caller knows this server.</param>
internal sealed record StripeCall(StripeWork Work, StripeParams Params, string Id, string Customer, Uri Base)
{
    /// <summary>The status of the answer; with another than 200 its effect is kept as well, unlike that of a thrown error.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;
}
