namespace ReelBallers.Payments;

/// <summary>The syntax of Stripe's identifiers. Anything else is neither stored nor looked up nor sent to Stripe.</summary>
internal static class StripeIds
{
    private const int MaxLength = 255;

    /// <summary>Whether it is a possible object id: 1 to 255 ASCII letters, digits, '_' and '-'.</summary>
    public static bool IsId(string? text) => text is { Length: > 0 and <= MaxLength } && text.All(IsLetterOfIds);

    /// <summary>Whether it is a possible event type or error code: as an id, with '.' allowed.</summary>
    public static bool IsName(string? text) =>
        text is { Length: > 0 and <= MaxLength } && text.All(letter => IsLetterOfIds(letter) || letter == '.');

    private static bool IsLetterOfIds(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';
}
