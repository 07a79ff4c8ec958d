using System.Net;
using System.Net.Sockets;

namespace ReelBallers.Gateway;

/// <summary>Identifies a client by its address.</summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    /// <summary>As <see cref="Of"/>; null for an address of this machine, which is a proxy's or a test's and not a client's.</summary>
    public static string? OfClient(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address) ? Of(context) : null;

    /// <summary>The IPv4 address, or the /64 network of an IPv6 address, which usually belongs to one subscriber.</summary>
    public static string Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null)
        {
            return "unknown";
        }
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }
        var network = address.GetAddressBytes();
        Array.Clear(network, NetworkBytes, network.Length - NetworkBytes);
        return $"{new IPAddress(network)}/64";
    }
}
