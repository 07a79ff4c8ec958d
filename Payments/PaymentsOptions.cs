using System.Globalization;

namespace ReelBallers.Payments;

/// <summary>What the service must be told from outside.</summary>
internal sealed record PaymentsOptions
{
    /// <summary><c>Stripe:SecretKey</c>.</summary>
    public required string StripeSecretKey { get; init; }

    /// <summary>Whether the key is of Stripe's live mode; null when its form does not tell.</summary>
    public bool? IsLive => StripeSecretKey.Split('_') switch
    {
        ["sk" or "rk", "live", ..] => true,
        ["sk" or "rk", "test", ..] => false,
        _ => null,
    };

    /// <summary><c>Stripe:WebhookSecret</c> and, while a new one takes its place, <c>Stripe:PreviousWebhookSecret</c>; with their prefix <c>whsec_</c>.</summary>
    public required IReadOnlyList<string> StripeWebhookSecrets { get; init; }

    /// <summary><c>Stripe:ApiBase</c>, without a slash at the end; null for Stripe itself.</summary>
    public string? StripeApiBase { get; init; }

    /// <summary><c>Stripe:BreakAfter</c>: so many calls within half a minute, half of them failed, and Stripe counts as dead for a moment.</summary>
    public int StripeBreakAfter { get; init; }

    /// <summary>
    /// <c>Checkout:SuccessUrl</c>, where a payer comes back to; by default a page of <c>App:Url</c>. Its braces reach Stripe
    /// as they are: it puts the session's id there, which it does not do once they are escaped.
    /// </summary>
    public required string SuccessUrl { get; init; }

    /// <summary><c>Checkout:CancelUrl</c>, where somebody comes back to who did not pay.</summary>
    public required string CancelUrl { get; init; }

    /// <summary><c>Checkout:ExpiresAfterMinutes</c>: how long a session can be paid. Stripe takes up to a day.</summary>
    public TimeSpan SessionLifetime { get; init; }

    /// <summary><c>Checkout:ReuseForMinutes</c>: how long an open session is given again to who asks for the same once more; 0 is never.</summary>
    public TimeSpan ReuseFor { get; init; }

    /// <summary><c>Reconciler:IntervalSeconds</c>: between two comparisons with Stripe.</summary>
    public TimeSpan ReconcileInterval { get; init; }

    /// <summary><c>Reconciler:LookBackHours</c>: how far a comparison goes back.</summary>
    public TimeSpan LookBack { get; init; }

    /// <summary><c>Reconciler:GraceSeconds</c>: what is younger is left to the webhooks.</summary>
    public TimeSpan Grace { get; init; }

    /// <exception cref="InvalidOperationException">A value is missing or malformed; the message names the key, never the value of a secret.</exception>
    public static PaymentsOptions From(IConfiguration configuration)
    {
        var appUrl = HttpUrl(configuration, "App:Url", isBase: true) ?? "http://localhost:8080";
        return new PaymentsOptions
        {
            StripeSecretKey = Required(configuration, "Stripe:SecretKey"),
            StripeWebhookSecrets = [Required(configuration, "Stripe:WebhookSecret"), .. Given(configuration, "Stripe:PreviousWebhookSecret")],
            StripeApiBase = HttpUrl(configuration, "Stripe:ApiBase", isBase: true),
            StripeBreakAfter = (int)Number(configuration, "Stripe:BreakAfter", 10, 2, 100_000),
            SuccessUrl = HttpUrl(configuration, "Checkout:SuccessUrl", isBase: false) ?? $"{appUrl}/?topup=success&session_id={{CHECKOUT_SESSION_ID}}",
            CancelUrl = HttpUrl(configuration, "Checkout:CancelUrl", isBase: false) ?? $"{appUrl}/?topup=cancelled",
            SessionLifetime = TimeSpan.FromMinutes(Number(configuration, "Checkout:ExpiresAfterMinutes", 23 * 60, 60, 23 * 60)),
            ReuseFor = TimeSpan.FromMinutes(Number(configuration, "Checkout:ReuseForMinutes", 10, 0, 30)),
            ReconcileInterval = TimeSpan.FromSeconds(Number(configuration, "Reconciler:IntervalSeconds", 300, 1, 86_400)),
            LookBack = TimeSpan.FromHours(Number(configuration, "Reconciler:LookBackHours", 96, 1, 720)),
            Grace = TimeSpan.FromSeconds(Number(configuration, "Reconciler:GraceSeconds", 60, 0, 3_600)),
        };
    }

    private static string Required(IConfiguration configuration, string key) =>
        Given(configuration, key) is [var value] ? value : throw new InvalidOperationException($"{key} is not set.");

    private static string[] Given(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? [] : [configuration[key]!.Trim()];

    private static long Number(IConfiguration configuration, string key, long otherwise, long min, long max)
    {
        var text = configuration[key]?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return otherwise;
        }
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new InvalidOperationException($"{key} is '{text}', which is not an integer from {min} to {max}.");
    }

    private static string? HttpUrl(IConfiguration configuration, string key, bool isBase)
    {
        var text = configuration[key]?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException($"{key} is '{text}', which is not an absolute http or https URL.");
        }
        if (!isBase)
        {
            return text;
        }
        return url.Query.Length == 0 && url.Fragment.Length == 0
            ? text.TrimEnd('/')
            : throw new InvalidOperationException($"{key} is '{text}', which has a query.");
    }
}
