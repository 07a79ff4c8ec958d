using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>When and where operators are told what needs them: section <c>Alerts</c>.</summary>
internal sealed class AlertsOptions : IValidatedOptions
{
    /// <summary>Takes <c>{"text": "…"}</c>, such as an incoming webhook of Slack's; empty: none. Whoever has the URL can post.</summary>
    public string WebhookUrl { get; init; } = "";

    /// <summary>The time between two mails, and between two posts, at least.</summary>
    public int IntervalMinutes { get; init; } = 30;

    /// <summary>For how long others are waited for that belong into the same mail.</summary>
    public int DelaySeconds { get; init; } = 10;

    /// <summary>How often the services are asked.</summary>
    public int PollSeconds { get; init; } = 30;

    /// <summary>The share of requests with a status from 500 on that is still accepted, in percent.</summary>
    public int ErrorRatePercent { get; init; } = 1;

    /// <summary>With fewer requests in five minutes, the latest of a day count, and most of 20.</summary>
    public int ErrorRateMinRequests { get; init; } = 200;

    public void Validate(OptionsErrors errors)
    {
        // The value is a secret.
        if (WebhookUrl.Length > 0 && !(Uri.TryCreate(WebhookUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            errors.Add(nameof(WebhookUrl), "is not an absolute http or https URL.");
        }
        errors.Range(nameof(IntervalMinutes), IntervalMinutes, 1, 7 * 24 * 60);
        errors.Range(nameof(DelaySeconds), DelaySeconds, 0, 3600);
        errors.Range(nameof(PollSeconds), PollSeconds, 1, 3600);
        errors.Range(nameof(ErrorRatePercent), ErrorRatePercent, 1, 100);
        errors.Range(nameof(ErrorRateMinRequests), ErrorRateMinRequests, 1, 1_000_000);
    }
}
