using System.Globalization;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// How Accounts tells the Gateway who has signed in: a header of its response, which the Gateway turns into a session and never sends on.
/// </summary>
/// <param name="UserId">The user of the account.</param>
/// <param name="AccountSince">When the user became an account: sessions from before may be another person's.</param>
/// <param name="LeftUserId">
/// The anonymous user of the browser until then, who was joined with an account: this user has no sessions any more.
/// </param>
public readonly record struct SignedInUser(Guid UserId, DateTimeOffset AccountSince, Guid? LeftUserId = null)
{
    /// <summary>The header.</summary>
    public const string HeaderName = "x-signed-in-user";

    /// <summary>Reads the header's value; null when it is none.</summary>
    public static SignedInUser? Parse(string value) => value.Split(' ') switch
    {
        [var user, var since] => Parse(user, since, left: null),
        [var user, var since, var text] when Guid.TryParseExact(text, "D", out var left) => Parse(user, since, left),
        _ => null,
    };

    /// <summary>The header's value.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{UserId} {AccountSince:O}");
        return LeftUserId is { } left ? $"{text} {left}" : text;
    }

    private static SignedInUser? Parse(string user, string since, Guid? left) =>
        Guid.TryParseExact(user, "D", out var userId)
        && DateTimeOffset.TryParseExact(since, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var accountSince)
            ? new SignedInUser(userId, accountSince, left)
            : null;
}
