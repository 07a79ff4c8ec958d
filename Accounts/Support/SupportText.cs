namespace ReelBallers.Accounts;

/// <summary>Reads what users and operators write in tickets.</summary>
internal static class SupportText
{
    /// <summary>What is wrong with a subject that is none.</summary>
    public static readonly string SubjectProblem = $"must have 1 to {Ticket.MaxSubjectLength} characters in one line";

    /// <summary>What is wrong with a message that is none.</summary>
    public static readonly string MessageProblem =
        $"must have 1 to {TicketMessage.MaxLength} characters, of which line breaks and tabs are the only control characters";

    /// <summary>A subject without surrounding white space; null when the text is none.</summary>
    public static string? Subject(string? text) =>
        text?.Trim() is { Length: > 0 and <= Ticket.MaxSubjectLength } subject && !subject.Any(char.IsControl) ? subject : null;

    /// <summary>A message with <c>\n</c> as its line breaks and without surrounding white space; null when the text is none.</summary>
    public static string? Message(string? text) =>
        text?.ReplaceLineEndings("\n").Trim() is { Length: > 0 and <= TicketMessage.MaxLength } message
        && !message.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t'))
            ? message
            : null;
}
