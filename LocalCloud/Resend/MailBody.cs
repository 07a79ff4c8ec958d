namespace ReelBallers.LocalCloud.Resend;

/// <summary>A mail as a sender gives it.</summary>
internal sealed record MailBody(
    string From, IReadOnlyList<string> To, string Subject, string? Text, string? Html, IReadOnlyDictionary<string, string>? Headers);
