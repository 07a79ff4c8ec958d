using System.Globalization;

namespace ReelBallers.LocalCloud;

/// <summary>Where the offline clouds listen, where they keep their state and where Stripe's events go.</summary>
public sealed record LocalCloudOptions
{
    /// <summary>The port of Stripe's API and checkout page; 0 takes any free one.</summary>
    public int StripePort { get; init; } = 12111;

    /// <summary>The port of RunPod's API; 0 takes any free one.</summary>
    public int RunPodPort { get; init; } = 12112;

    /// <summary>The port of R2's S3 API; 0 takes any free one.</summary>
    public int R2Port { get; init; } = 12113;

    /// <summary>The port of Resend's API; 0 takes any free one.</summary>
    public int ResendPort { get; init; } = 12114;

    /// <summary>The port of TradingView's access management; 0 takes any free one.</summary>
    public int TradingViewPort { get; init; } = 12116;

    /// <summary>The port of the OpenID issuer; 0 takes any free one.</summary>
    public int OpenIdPort { get; init; } = 12115;

    /// <summary>The port that scripts the faults; 0 takes any free one.</summary>
    public int ControlPort { get; init; } = 12110;

    /// <summary>Holds R2's files and every cloud's state; made when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Receives Stripe's events; null leaves them undelivered, to be read by <c>GET /v1/events</c>.</summary>
    public Uri? StripeWebhookUrl { get; init; }

    /// <summary>Receives Resend's events; null: none are sent.</summary>
    public Uri? ResendWebhookUrl { get; init; }

    /// <summary>What Stripe Tax adds to a checkout with <c>automatic_tax</c>, everywhere.</summary>
    public decimal StripeTaxPercent { get; init; } = 10;

    /// <summary>The ffmpeg to run; null looks for one.</summary>
    public string? FfmpegPath { get; init; }

    /// <summary>How many jobs this process's workers do at once; 0 leaves all to workers outside it.</summary>
    public int RunPodWorkers { get; init; } = 2;

    /// <summary>The clock of sessions, expiries, retries and signatures.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Reads <c>Stripe:Port</c>, <c>RunPod:Port</c>, <c>RunPod:Workers</c>, <c>R2:Port</c>, <c>Resend:Port</c>, <c>OpenId:Port</c>,
    /// <c>TradingView:Port</c>, <c>Control:Port</c>, <c>Stripe:WebhookUrl</c>, <c>Resend:WebhookUrl</c>,
    /// <c>Stripe:TaxPercent</c>, <c>DataDirectory</c> and <c>FfmpegPath</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A value is not a port, not a number or not an absolute URL; the message names the key.
    /// </exception>
    public static LocalCloudOptions From(IConfiguration configuration) => new()
    {
        StripePort = Port(configuration, "Stripe:Port", 12111),
        RunPodPort = Port(configuration, "RunPod:Port", 12112),
        R2Port = Port(configuration, "R2:Port", 12113),
        ResendPort = Port(configuration, "Resend:Port", 12114),
        TradingViewPort = Port(configuration, "TradingView:Port", 12116),
        OpenIdPort = Port(configuration, "OpenId:Port", 12115),
        ControlPort = Port(configuration, "Control:Port", 12110),
        RunPodWorkers = Workers(configuration),
        DataDirectory = Path.GetFullPath(Text(configuration, "DataDirectory") ?? Path.Combine(".data", "localcloud")),
        StripeWebhookUrl = HttpUrl(configuration, "Stripe:WebhookUrl"),
        ResendWebhookUrl = HttpUrl(configuration, "Resend:WebhookUrl"),
        StripeTaxPercent = Percent(configuration, "Stripe:TaxPercent", 10),
        FfmpegPath = Text(configuration, "FfmpegPath"),
    };

    private static string? Text(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key];

    private static int Port(IConfiguration configuration, string key, int otherwise)
    {
        var text = Text(configuration, key);
        if (text is null)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new InvalidOperationException($"{key} is '{text}', which is not a port (0 to 65535).");
    }

    private static decimal Percent(IConfiguration configuration, string key, decimal otherwise)
    {
        var text = Text(configuration, key);
        if (text is null)
        {
            return otherwise;
        }

        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100
            ? percent
            : throw new InvalidOperationException($"{key} is '{text}', which is not a percentage (0 to 100).");
    }

    private static int Workers(IConfiguration configuration)
    {
        const string Key = "RunPod:Workers";
        var text = Text(configuration, Key) ?? "2";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) && workers <= 32
            ? workers
            : throw new InvalidOperationException($"{Key} is '{text}', which is not a number from 0 to 32.");
    }

    private static Uri? HttpUrl(IConfiguration configuration, string key)
    {
        var text = Text(configuration, key);
        if (text is null)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new InvalidOperationException($"{key} is '{text}', which is not an absolute http or https URL.");
    }
}
