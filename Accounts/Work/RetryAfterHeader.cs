namespace ReelBallers.Accounts;

/// <summary>The header <c>Retry-After</c> of other systems' responses.</summary>
internal static class RetryAfterHeader
{
    /// <summary>For how long no other request is wanted; zero when it does not say.</summary>
    public static TimeSpan PauseOf(HttpResponseMessage response, DateTimeOffset now)
    {
        var asked = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - now : null;
        return asked is { } pause && pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }
}
