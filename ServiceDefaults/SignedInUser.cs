namespace ReelBallers.ServiceDefaults;

/// <summary>
/// How Accounts tells the Gateway who has signed in: a header of its response, which the Gateway turns into a session and never sends on.
/// </summary>
public static class SignedInUser
{
    /// <summary>Its value is the user's UUID.</summary>
    public const string HeaderName = "x-signed-in-user";
}
