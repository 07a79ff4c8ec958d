namespace ReelBallers.Payments;

/// <summary>The name of a buyer in an outside system.</summary>
internal static class AccessUsername
{
    /// <summary>The longest one.</summary>
    public const int MaxLength = 40;

    /// <summary>What is wrong with a text that is none.</summary>
    public static readonly string Problem = $"must be the user name there: 2 to {MaxLength} characters of a-z, A-Z, 0-9, '_' and '-'";

    /// <summary>Whether a text can be one.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: >= 2 and <= MaxLength } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    /// <summary>As names are compared: the outside system does not tell upper and lower case apart.</summary>
    public static string KeyOf(string name) => name.ToLowerInvariant();
}
