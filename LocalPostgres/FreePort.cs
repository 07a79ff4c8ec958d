using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LocalPostgres;

/// <summary>Ports on the loopback addresses.</summary>
internal static class FreePort
{
    // Below the range that the system takes ports of outgoing connections from: none of them is in the way
    // when a server comes back on its port after a crash.
    private const int First = 20000;
    private const int End = 32000;

    // A port is free until its server binds it, so each is given once per process.
    private static readonly ConcurrentDictionary<int, bool> Taken = [];

    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Taken.TryAdd(port, true))
            {
                return port;
            }
        }
    }

    public static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && CanBind(IPAddress.IPv6Loopback, port);

    private static bool CanBind(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException refusal)
        {
            return refusal.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
