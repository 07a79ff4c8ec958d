using System.Net;
using System.Net.Sockets;

namespace ReelBallers.Payments.Tests;

/// <summary>A wallet that accepts connections and never responds.</summary>
internal sealed class SilentWallet : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentWallet() => _listener.Start();

    /// <summary>Leads a replica of Payments here.</summary>
    public (string Key, string Value) Setting => ("services:wallet:http:0", $"http://{_listener.LocalEndpoint}");

    /// <summary>The next connection; a replica may open one before it has anything to ask.</summary>
    public Task<Socket> AcceptAsync() => _listener.AcceptSocketAsync();

    public void Dispose() => _listener.Dispose();
}
