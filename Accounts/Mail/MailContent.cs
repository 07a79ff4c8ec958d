namespace ReelBallers.Accounts;

/// <summary>What a mail says.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Text">For readers without HTML.</param>
/// <param name="Html">The same for all others.</param>
internal sealed record MailContent(string Subject, string Text, string Html);
