using System.Globalization;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// How Accounts tells the Gateway who has signed in: a header of its response, which the Gateway turns into a session and never sends on.
/// </summary>
/// <param name="UserId">The user of the account.</param>
/// <param name="AccountSince">When the user became an account: sessions from before may be another person's.</param>
public readonly record struct SignedInUser(Guid UserId, DateTimeOffset AccountSince)
{
    /// <summary>The header.</summary>
    public const string HeaderName = "x-signed-in-user";

    /// <summary>Reads the header's value; null when it is none.</summary>
    public static SignedInUser? Parse(string value) =>
        value.Split(' ') is [var user, var since] && Guid.TryParseExact(user, "D", out var userId)
        && DateTimeOffset.TryParseExact(since, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var accountSince)
            ? new SignedInUser(userId, accountSince)
            : null;

    /// <summary>The header's value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UserId} {AccountSince:O}");
}
