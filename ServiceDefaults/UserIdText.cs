namespace ReelBallers.ServiceDefaults;

/// <summary>Reads the id of a user that a client names.</summary>
public static class UserIdText
{
    private const int Length = 36;

    /// <summary>False unless it is a UUID of 36 characters; the one of zeros is nobody's.</summary>
    public static bool TryRead(string text, out Guid userId)
    {
        userId = default;
        // The parser ignores spaces around it.
        return text.Length == Length && Guid.TryParseExact(text, "D", out userId) && userId != Guid.Empty;
    }
}
