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
    }

    private static string AddressOf(string sender) =>
        sender.EndsWith('>') && sender.IndexOf('<', StringComparison.Ordinal) is var start and > 0 ? sender[(start + 1)..^1] : sender;
}
