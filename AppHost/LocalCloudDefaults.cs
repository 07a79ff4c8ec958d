namespace ReelBallers.AppHost;

/// <summary>The only credentials that LocalCloud accepts; a parameter that is left alone has these.</summary>
internal static class LocalCloudDefaults
{
    public const string StripeSecretKey = "sk_test_local";
    public const string StripeWebhookSecret = "whsec_local";
    public const string RunPodApiKey = "rp_local";
    public const string RunPodEndpointId = "local";
    public const string ResendApiKey = "re_local";
    public const string ResendWebhookSecret = "whsec_bG9jYWxjbG91ZC1yZXNlbmQtd2ViaG9vaw==";
    public const string TradingViewSessionId = "tv_local";
    public const string TradingViewSignature = "tv_local_signature";
    public const string OpenIdClientId = "local";
    public const string OpenIdClientSecret = "openid_local_secret";
    public const string OpenIdTokenAudience = "local-app";
    public const string R2AccountId = "local";
    public const string R2AccessKeyId = "r2_local";
    public const string R2SecretAccessKey = "r2_local_secret";
}
