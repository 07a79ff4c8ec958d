namespace Stripe;

public class StripeClientOptions
{
    public string? ApiKey { get; set; }

    public IHttpClient? HttpClient { get; set; }

    /// <summary>Without a slash at the end; null for Stripe itself.</summary>
    public string? ApiBase { get; set; }
}
