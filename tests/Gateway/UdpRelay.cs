using System.Net;
using System.Net.Sockets;

namespace ReelBallers.Gateway.Tests;

/// <summary>Carries datagrams between one client and a server, until the network between them is lost.</summary>
internal sealed class UdpRelay : IDisposable
{
    private readonly UdpClient _outer = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly UdpClient _inner;
    private volatile IPEndPoint? _client;
    private volatile bool _isLost;

    public UdpRelay(Uri server)
    {
        _inner = new UdpClient(server.Host, server.Port);
        _ = CarryAsync(_outer, async received =>
        {
            _client = received.RemoteEndPoint;
            await _inner.SendAsync(received.Buffer);
        });
        _ = CarryAsync(_inner, async received => await _outer.SendAsync(received.Buffer, _client!));
    }

    /// <summary>What the client takes for the server.</summary>
    public Uri Address => new($"https://{_outer.Client.LocalEndPoint}");

    /// <summary>Carries nothing any more.</summary>
    public void Lose() => _isLost = true;

    /// <inheritdoc />
    public void Dispose()
    {
        _outer.Dispose();
        _inner.Dispose();
    }

    private async Task CarryAsync(UdpClient from, Func<UdpReceiveResult, Task> carry)
    {
        try
        {
            while (await from.ReceiveAsync() is var received)
            {
                await (_isLost ? Task.CompletedTask : carry(received));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
