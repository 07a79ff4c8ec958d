namespace ReelBallers.Gateway;

/// <summary>Reads the session tokens of a request without verifying them.</summary>
internal static class RequestTokens
{
    private const string Scheme = "Bearer";

    /// <summary>
    /// The token of <c>Authorization: Bearer …</c>, or null. Several Authorization headers give an empty token, which is
    /// invalid, since it is ambiguous which one counts. Other schemes are ignored; they may be meant for a proxy.
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
    /// The value of the cookie <c>uid</c>; null when there is none or more than one. A page on a sibling domain can set a
    /// second one and control which of them the browser sends first.
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
                // Request.Cookies is not used: it hides duplicates and ignores the case of names.
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
