using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace ReelBallers.Gateway;

/// <summary>
/// The reverse proxies in front of the Gateway (<c>TrustedProxies</c>: addresses or CIDR ranges, comma separated). Forwarded
/// headers are accepted from them only.
/// </summary>
internal static class TrustedProxies
{
    /// <exception cref="InvalidOperationException">
    /// A value is neither an address nor a range, or the framework is configured to trust every client.
    /// </exception>
    public static void AddTrustedProxies(this WebApplicationBuilder builder)
    {
        if (string.Equals(builder.Configuration["FORWARDEDHEADERS_ENABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                "ASPNETCORE_FORWARDEDHEADERS_ENABLED trusts forwarded headers of every client. "
                + "Remove it and set TrustedProxies to the addresses of your reverse proxies.");
        }
        var trusted = (builder.Configuration["TrustedProxies"] ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = trusted.Length == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var range in trusted.Select(Parse))
            {
                options.KnownIPNetworks.Add(range);
            }
        });
        // Parsed now, so that an error fails the start.
        Array.ForEach(trusted, text => Parse(text));
    }

    private static System.Net.IPNetwork Parse(string text)
    {
        if (System.Net.IPNetwork.TryParse(text, out var range))
        {
            return range;
        }
        return IPAddress.TryParse(text, out var address)
            ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new InvalidOperationException($"TrustedProxies: '{text}' is neither an IP address nor a range such as 10.0.0.0/8.");
    }
}
