using System.Globalization;

namespace ReelBallers.Payments;

/// <summary>The configuration of the service.</summary>
internal sealed record PaymentsOptions
{
    /// <summary><c>Stripe:SecretKey</c>.</summary>
    public required string StripeSecretKey { get; init; }

    /// <summary>Whether the key belongs to Stripe's live mode; null when its prefix does not show it.</summary>
    public bool? IsLive => StripeSecretKey.Split('_') switch
    {
        ["sk" or "rk", "live", ..] => true,
        ["sk" or "rk", "test", ..] => false,
        _ => null,
    };

    /// <summary>
    /// <c>Stripe:WebhookSecret</c> and, during a rotation, <c>Stripe:PreviousWebhookSecret</c>; with their prefix
    /// <c>whsec_</c>.
    /// </summary>
    public required IReadOnlyList<string> StripeWebhookSecrets { get; init; }

    /// <summary><c>Stripe:ApiBase</c>, without a slash at the end; null for Stripe itself.</summary>
    public string? StripeApiBase { get; init; }

    /// <summary>
    /// <c>Stripe:BreakAfter</c>: the circuit opens when at least this many calls were made in 30 s and half of them
    /// failed.
    /// </summary>
    public int StripeBreakAfter { get; init; }

    /// <summary>
    /// <c>Checkout:SuccessUrl</c>, where Stripe redirects after payment; by default a page of <c>App:Url</c>. Its braces are
    /// not escaped, or Stripe would not replace the placeholder by the session's id.
    /// </summary>
    public required string SuccessUrl { get; init; }

    /// <summary><c>Checkout:CancelUrl</c>, where Stripe redirects when the payment is cancelled.</summary>
    public required string CancelUrl { get; init; }

    /// <summary><c>Checkout:ExpiresAfterMinutes</c>: how long a session can be paid. Stripe allows up to a day.</summary>
    public TimeSpan SessionLifetime { get; init; }

    /// <summary><c>Checkout:ReuseForMinutes</c>: how long an open session is reused for a request of the same offer; 0: never.</summary>
    public TimeSpan ReuseFor { get; init; }

    /// <summary><c>Reconciler:IntervalSeconds</c>: between two comparisons with Stripe.</summary>
    public TimeSpan ReconcileInterval { get; init; }

    /// <summary><c>Reconciler:LookBackHours</c>: how far a comparison goes back.</summary>
    public TimeSpan LookBack { get; init; }

    /// <summary><c>Reconciler:GraceSeconds</c>: younger objects are left to the webhooks.</summary>
    public TimeSpan Grace { get; init; }

    /// <exception cref="InvalidOperationException">A value is missing or malformed; the message names the key, never
    /// the value of a secret.</exception>
    public static PaymentsOptions From(IConfiguration configuration)
    {
        var appUrl = HttpUrl(configuration, "App:Url", isBase: true) ?? "http://localhost:8080";
        return new PaymentsOptions
        {
            StripeSecretKey = Required(configuration, "Stripe:SecretKey"),
            StripeWebhookSecrets = [Required(configuration, "Stripe:WebhookSecret"),
                .. Given(configuration, "Stripe:PreviousWebhookSecret")],
            StripeApiBase = HttpUrl(configuration, "Stripe:ApiBase", isBase: true),
            StripeBreakAfter = (int)Number(configuration, "Stripe:BreakAfter", 10, 2, 100_000),
            SuccessUrl = HttpUrl(configuration, "Checkout:SuccessUrl", isBase: false)
                ?? $"{appUrl}/?topup=success&session_id={{CHECKOUT_SESSION_ID}}",
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
