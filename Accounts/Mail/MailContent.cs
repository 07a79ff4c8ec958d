namespace ReelBallers.Accounts;

/// <summary>What a mail says.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Text">For readers without HTML.</param>
/// <param name="Html">The same for all others.</param>
internal sealed record MailContent(string Subject, string Text, string Html)
{
    /// <summary>Where a POST switches mails of this kind off (RFC 8058); null when they cannot be.</summary>
    public Uri? UnsubscribeUrl { get; init; }

    /// <summary>The headers that say so, which a mail program shows as a button.</summary>
    public IReadOnlyDictionary<string, string> Headers => UnsubscribeUrl is null
        ? new Dictionary<string, string>()
        : new Dictionary<string, string>
        {
            ["List-Unsubscribe"] = $"<{UnsubscribeUrl.AbsoluteUri}>",
            ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
        };
}
