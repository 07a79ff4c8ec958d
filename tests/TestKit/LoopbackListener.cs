using System.Net;
using System.Net.Sockets;

namespace ReelBallers.TestKit;

/// <summary>Accepts TCP connections on a free port of 127.0.0.1, until it is disposed of.</summary>
public sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <param name="carry">Serves a connection and disposes of it; cancelled when the listener is disposed of.</param>
    public LoopbackListener(Func<TcpClient, CancellationToken, Task> carry)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(carry);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<TcpClient, CancellationToken, Task> carry)
    {
        try
        {
            while (true)
            {
                _ = carry(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }
}
