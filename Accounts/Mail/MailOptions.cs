using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>How mails are sent: section <c>Mail</c>.</summary>
internal sealed class MailOptions : IValidatedOptions
{
    /// <summary><see cref="Transport"/>: by Resend's API.</summary>
    public const string Resend = "resend";

    /// <summary><see cref="Transport"/>: by SMTP, as <see cref="SmtpOptions"/> say.</summary>
    public const string Smtp = "smtp";

    /// <summary>By what: <see cref="Resend"/> or <see cref="Smtp"/>.</summary>
    public string Transport { get; init; } = Resend;

    /// <summary>
    /// The sender: <c>name@domain</c> or <c>Name &lt;name@domain&gt;</c>, of a domain that is verified at Resend or that the SMTP server
    /// sends for.
    /// </summary>
    public string From { get; init; } = "";

    /// <summary>Resend's API key (<c>re_…</c>).</summary>
    public string ResendApiKey { get; init; } = "";

    /// <summary>Resend's API.</summary>
    public string ResendUrl { get; init; } = "https://api.resend.com";

    /// <summary>
    /// The signing secret (<c>whsec_…</c>) of Resend's webhook, which reports bounces and complaints; empty: it is not received.
    /// </summary>
    public string ResendWebhookSecret { get; init; } = "";

    /// <summary>
    /// The attempts to send a mail; then it is a dead letter. All of them are within 24 hours, for which Resend keeps idempotency keys.
    /// </summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>In <see cref="JobPage"/>: the job's id.</summary>
    public const string JobId = "{job_id}";

    /// <summary>The page of the app that shows a job, as a path of <c>App:Url</c> with <see cref="JobId"/> in it.</summary>
    public string JobPage { get; init; } = $"/#job-{JobId}";

    public void Validate(OptionsErrors errors)
    {
        errors.OneOf(nameof(Transport), Transport, Resend, Smtp);
        if (errors.Required(nameof(From), From, "the sender's address at a domain that mails are sent for")
            && (From.Any(char.IsControl) || EmailAddress.Normalize(AddressOf(From)) is null))
        {
            errors.Add(nameof(From), $"is '{From}'. Set it to name@domain or to Name <name@domain>.");
        }
        if (Transport == Resend)
        {
            errors.Required(nameof(ResendApiKey), ResendApiKey, "an API key of Resend (re_…)");
            errors.BaseUrl(nameof(ResendUrl), ResendUrl);
        }
        errors.Range(nameof(MaxAttempts), MaxAttempts, 1, 20);
        if (!JobPage.StartsWith('/') || !JobPage.Contains(JobId, StringComparison.Ordinal) || JobPage.Any(char.IsControl))
        {
            errors.Add(nameof(JobPage), $"is '{JobPage}'. Set it to a path of the app with {JobId} in it.");
        }
        if (ResendWebhookSecret.Length > 0 && !IsWebhookSecret(ResendWebhookSecret))
        {
            errors.Add(
                nameof(ResendWebhookSecret), "is not the signing secret of a webhook. Set it to whsec_ and base64, as Resend shows it.");
        }
    }

    private static bool IsWebhookSecret(string secret) =>
        secret.StartsWith(WebhookSignature.SecretPrefix, StringComparison.Ordinal)
        && Convert.TryFromBase64String(secret[WebhookSignature.SecretPrefix.Length..], new byte[secret.Length], out var length)
        && length >= 16;

    private static string AddressOf(string sender) =>
        sender.EndsWith('>') && sender.IndexOf('<', StringComparison.Ordinal) is var start and > 0 ? sender[(start + 1)..^1] : sender;
}
