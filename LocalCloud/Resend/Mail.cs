namespace ReelBallers.LocalCloud.Resend;

/// <summary>A mail in the offline mailbox.</summary>
internal sealed record Mail(
    string Id, string From, IReadOnlyList<string> To, string Subject, string Text, string Html, IReadOnlyDictionary<string, string> Headers,
    DateTimeOffset ReceivedAt);
