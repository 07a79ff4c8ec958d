using System.Net;
using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The IP address of a request's client, or its network. The Gateway sets the header on the routes whose policy says so, and never
/// forwards a client's own.
/// </summary>
public static class CallerAddress
{
    /// <summary>The header that the Gateway sets.</summary>
    public const string HeaderName = "x-client-address";

    /// <summary>What an address has at most, and what tables reserve for it.</summary>
    public const int MaxLength = 60;

    /// <summary>Null when the Gateway does not know it.</summary>
    public static string? Of(HttpContext context) => Parse(context.Request.Headers[HeaderName]);

    /// <summary>An IP address or network in its usual notation; null for every other text.</summary>
    public static string? Parse(string? text) => text switch
    {
        not { Length: > 0 and <= MaxLength } => null,
        _ when IPAddress.TryParse(text, out var address) => address.ToString(),
        _ when IPNetwork.TryParse(text, out var network) => network.ToString(),
        _ => null,
    };
}
