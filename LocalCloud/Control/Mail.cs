namespace ReelBallers.LocalCloud.Control;

/// <summary>A mail in the offline mailbox.</summary>
internal sealed record Mail(string From, string To, string Subject, string Text, DateTimeOffset ReceivedAt);
