namespace ReelBallers.Payments;

/// <summary>What the service must be told from outside.</summary>
/// <param name="StripeSecretKey"><c>Stripe:SecretKey</c>.</param>
/// <param name="StripeWebhookSecret"><c>Stripe:WebhookSecret</c>, with its prefix <c>whsec_</c>.</param>
/// <param name="StripeApiBase"><c>Stripe:ApiBase</c>, without a slash at the end; null for Stripe itself.</param>
/// <param name="AppUrl"><c>App:Url</c>, where the browser comes back to, without a slash at the end.</param>
internal sealed record PaymentsOptions(string StripeSecretKey, string StripeWebhookSecret, string? StripeApiBase, string AppUrl)
{
    // The braces reach Stripe as they are: it puts the session's id there, which it does not do once they are escaped.
    public string SuccessUrl => $"{AppUrl}/?topup=success&session_id={{CHECKOUT_SESSION_ID}}";

    public string CancelUrl => $"{AppUrl}/?topup=cancelled";

    /// <exception cref="InvalidOperationException">A value is missing or malformed; the message names the key, never the value of a secret.</exception>
    public static PaymentsOptions From(IConfiguration configuration) => new(
        Required(configuration, "Stripe:SecretKey"),
        Required(configuration, "Stripe:WebhookSecret"),
        HttpUrl(configuration, "Stripe:ApiBase"),
        HttpUrl(configuration, "App:Url") ?? "http://localhost:8080");

    private static string Required(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key])
            ? throw new InvalidOperationException($"{key} is not set.")
            : configuration[key]!.Trim();

    private static string? HttpUrl(IConfiguration configuration, string key)
    {
        var text = configuration[key]?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0
            ? text.TrimEnd('/')
            : throw new InvalidOperationException($"{key} is '{text}', which is not an absolute http or https URL without a query.");
    }
}
