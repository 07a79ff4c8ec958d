namespace ReelBallers.Gateway;

/// <summary>The session tokens that a request carries, not yet verified.</summary>
internal static class RequestTokens
{
    private const string Scheme = "Bearer";

    /// <summary>
    /// The token of <c>Authorization: Bearer …</c>; null for a request without one. Several Authorization headers give an
    /// empty token, which never verifies, since it is not clear which of them counts. Other schemes are meant for a front proxy.
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
    /// The value of the cookie <c>uid</c>; null when there is none or more than one. A page on a sibling domain can
    /// set a second one, and choose which of them the browser sends first.
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
