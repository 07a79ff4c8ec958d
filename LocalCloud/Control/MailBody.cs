namespace ReelBallers.LocalCloud.Control;

/// <summary>The body of <c>POST /mail</c>.</summary>
internal sealed record MailBody(string? From, string? To, string? Subject, string? Text);
