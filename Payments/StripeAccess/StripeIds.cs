namespace ReelBallers.Payments;

/// <summary>The form of what Stripe names things by. What has another form is neither stored nor looked up nor sent to Stripe.</summary>
internal static class StripeIds
{
    private const int MaxLength = 255;

    /// <summary>Whether it can be an object's id: 1 to 255 ASCII letters, digits, '_' and '-'.</summary>
    public static bool IsId(string? text) => text is { Length: > 0 and <= MaxLength } && text.All(IsLetterOfIds);

    /// <summary>Whether it can be the type of an event or the code of an error: as an id, with '.' allowed.</summary>
    public static bool IsName(string? text) =>
        text is { Length: > 0 and <= MaxLength } && text.All(letter => IsLetterOfIds(letter) || letter == '.');

    private static bool IsLetterOfIds(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';
}
