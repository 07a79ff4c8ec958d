namespace ReelBallers.ServiceDefaults;

/// <summary>
/// How Accounts tells the Gateway who has signed in: a header of its response, which the Gateway turns into a session and never sends on.
/// </summary>
/// <param name="UserId">The user of the account.</param>
/// <param name="IsNewAccount">Whether the user was anonymous until now.</param>
public readonly record struct SignedInUser(Guid UserId, bool IsNewAccount)
{
    /// <summary>The header.</summary>
    public const string HeaderName = "x-signed-in-user";

    private const string New = "new ";

    /// <summary>Reads the header's value; null when it is none.</summary>
    public static SignedInUser? Parse(string value)
    {
        var isNew = value.StartsWith(New, StringComparison.Ordinal);
        return Guid.TryParseExact(isNew ? value[New.Length..] : value, "D", out var userId) ? new SignedInUser(userId, isNew) : null;
    }

    /// <summary>The header's value.</summary>
    public override string ToString() => $"{(IsNewAccount ? New : "")}{UserId}";
}
