namespace ReelBallers.Gateway;

/// <summary>The session tokens that a request carries, not yet verified.</summary>
internal static class RequestTokens
{
    private const string Scheme = "Bearer";

    /// <summary>
    /// The token of <c>Authorization: Bearer …</c>; null for a request without one. Several Authorization headers give an
    /// empty token, which never verifies: which of them counts is not ours to guess. Other schemes are a front proxy's.
    /// </summary>
    public static string? Bearer(IHeaderDictionary headers)
    {
        if (headers.Authorization.Count > 1)
        {
            return "";
        }
        var authorization = headers.Authorization.ToString().AsSpan().Trim();
        var end = authorization.IndexOfAny(' ', '\t');
        var scheme = end < 0 ? authorization : authorization[..end];
        return scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[scheme.Length..].Trim().ToString() : null;
    }

    /// <summary>
    /// The value of the cookie <c>uid</c>; null when there is none or more than one. A second one was set by someone who
    /// controls a sister domain, and the order in which a browser sends them can be chosen by that person.
    /// </summary>
    public static string? Cookie(IHeaderDictionary headers)
    {
        string? found = null;
        foreach (var header in headers.Cookie)
        {
            var cookies = header.AsSpan();
            foreach (var range in cookies.Split(';'))
            {
                var cookie = cookies[range];
                var equals = cookie.IndexOf('=');
                // Not by Request.Cookies, which keeps one of two, and takes names in any case.
                if (equals < 0 || !cookie[..equals].Trim().SequenceEqual(SessionCookie.Name))
                {
                    continue;
                }
                if (found is not null)
                {
                    return null;
                }
                found = cookie[(equals + 1)..].Trim().ToString();
            }
        }
        return found;
    }
}
