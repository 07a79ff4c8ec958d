namespace ReelBallers.ServiceDefaults;

/// <summary>Why an operator acts, as it stands in the audit log.</summary>
public static class OperatorReason
{
    /// <summary>What is wrong with a text that is none.</summary>
    public static readonly string Problem = $"must have 1 to {MaxLength} characters";

    private const int MaxLength = 1000;

    /// <summary>The reason without surrounding white space; null when the text is none.</summary>
    public static string? Read(string? text) =>
        text?.Trim() is { Length: > 0 and <= MaxLength } reason && !reason.Contains('\0', StringComparison.Ordinal) ? reason : null;
}
