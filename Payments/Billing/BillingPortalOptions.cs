using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Stripe's billing portal: section <c>BillingPortal</c>.</summary>
internal sealed class BillingPortalOptions : IValidatedOptions
{
    /// <summary>Where the portal's link back leads to; blank for the app.</summary>
    public string ReturnUrl { get; init; } = "";

    /// <summary>Stripe's id of the portal's configuration (<c>bpc_…</c>); blank for the account's default.</summary>
    public string ConfigurationId { get; init; } = "";

    public string ReturnUrlFor(AppOptions app) => ReturnUrl.Length > 0 ? ReturnUrl : app.BaseUrl;

    public void Validate(OptionsErrors errors)
    {
        if (ReturnUrl.Length > 0)
        {
            errors.HttpUrl(nameof(ReturnUrl), ReturnUrl);
        }
        if (ConfigurationId.Length > 0 && !StripeIds.IsId(ConfigurationId))
        {
            errors.Add(nameof(ConfigurationId), $"is '{ConfigurationId}'. Set it to the id of a configuration of the portal (bpc_…).");
        }
    }
}
