using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The Stripe account: section <c>Stripe</c>.</summary>
internal sealed class StripeOptions : IValidatedOptions
{
    public string SecretKey { get; init; } = "";

    /// <summary>The secret of the webhook endpoint, with its prefix <c>whsec_</c>.</summary>
    public string WebhookSecret { get; init; } = "";

    /// <summary>Accepted as well, during a rotation.</summary>
    public string PreviousWebhookSecret { get; init; } = "";

    /// <summary>The base URL of the API; blank for Stripe itself.</summary>
    public string ApiBase { get; init; } = "";

    /// <summary>The circuit opens when at least this many calls were made in 30 s and half of them failed.</summary>
    public int BreakAfter { get; init; } = 10;

    /// <summary>The secrets whose signature is accepted.</summary>
    public IReadOnlyList<string> WebhookSecrets =>
        PreviousWebhookSecret.Length > 0 ? [WebhookSecret, PreviousWebhookSecret] : [WebhookSecret];

    /// <summary>Whether the key belongs to Stripe's live mode; null when its prefix does not show it.</summary>
    public bool? IsLive => SecretKey.Split('_') switch
    {
        ["sk" or "rk", "live", ..] => true,
        ["sk" or "rk", "test", ..] => false,
        _ => null,
    };

    public void Validate(OptionsErrors errors)
    {
        errors.Required(nameof(SecretKey), SecretKey, "the secret key of the Stripe account (sk_…)");
        errors.Required(nameof(WebhookSecret), WebhookSecret, "the signing secret of the webhook endpoint (whsec_…)");
        if (ApiBase.Length > 0)
        {
            errors.BaseUrl(nameof(ApiBase), ApiBase);
        }
        errors.Range(nameof(BreakAfter), BreakAfter, 2, 100_000);
    }
}
