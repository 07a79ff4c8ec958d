using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ReelBallers.Jobs.Tests;

/// <summary>A proxy between two services that can hold back requests or answers.</summary>
public sealed class TcpGate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly ConcurrentBag<TcpClient> _open = [];
    private volatile bool _isClosed;

    private TcpGate(Uri target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public volatile bool HoldRequests;

    public volatile bool HoldAnswers;

    /// <summary>Rejects connections, as if the service were down.</summary>
    public void Close()
    {
        _isClosed = true;
        Drop();
    }

    public void Reopen() => _isClosed = false;

    /// <summary>Ends all connections, including what is held back, and accepts new ones.</summary>
    public void Drop()
    {
        foreach (var client in _open)
        {
            client.Dispose();
        }
        (HoldRequests, HoldAnswers) = (false, false);
    }

    public static TcpGate Open(Uri target) => new(target);

    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _listener.Stop();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task CarryAsync(TcpClient from)
    {
        using var near = from;
        if (_isClosed)
        {
            return;
        }
        using var far = new TcpClient();
        _open.Add(near);
        _open.Add(far);
        try
        {
            await far.ConnectAsync(_target.Host, _target.Port, _stop.Token);
            await Task.WhenAny(
                CopyAsync(near.GetStream(), far.GetStream(), () => HoldRequests),
                CopyAsync(far.GetStream(), near.GetStream(), () => HoldAnswers));
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side disconnected; the other is closed too.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Func<bool> isHeld)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            while (isHeld())
            {
                await Task.Delay(20, _stop.Token);
            }
            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
