using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>How mails are sent: section <c>Mail</c>.</summary>
internal sealed class MailOptions : IValidatedOptions
{
    /// <summary>The sender, of a domain that is verified at Resend: <c>name@domain</c> or <c>Name &lt;name@domain&gt;</c>.</summary>
    public string From { get; init; } = "";

    /// <summary>Resend's API key (<c>re_…</c>).</summary>
    public string ResendApiKey { get; init; } = "";

    /// <summary>Resend's API.</summary>
    public string ResendUrl { get; init; } = "https://api.resend.com";

    public void Validate(OptionsErrors errors)
    {
        if (errors.Required(nameof(From), From, "the sender's address at a domain that is verified at Resend")
            && (From.Any(char.IsControl) || EmailAddress.Normalize(AddressOf(From)) is null))
        {
            errors.Add(nameof(From), $"is '{From}'. Set it to name@domain or to Name <name@domain>.");
        }
        errors.Required(nameof(ResendApiKey), ResendApiKey, "an API key of Resend (re_…)");
        errors.BaseUrl(nameof(ResendUrl), ResendUrl);
    }

    private static string AddressOf(string sender) =>
        sender.EndsWith('>') && sender.IndexOf('<', StringComparison.Ordinal) is var start and > 0 ? sender[(start + 1)..^1] : sender;
}
