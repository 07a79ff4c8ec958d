using System.Net;
using System.Net.Sockets;

namespace ReelBallers.Payments.Tests;

/// <summary>A door in front of a service: closed, whoever knocks is turned away, as if the service were down.</summary>
internal sealed class TcpGate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _target;
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _inside = [];
    private readonly Task _accepting;
    private bool _isOpen = true;

    public TcpGate(Uri target)
    {
        _target = target;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public void Close()
    {
        lock (_lock)
        {
            _isOpen = false;
            foreach (var client in _inside)
            {
                client.Close();
            }
            _inside.Clear();
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Close();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task CarryAsync(TcpClient outer)
    {
        using var inner = new TcpClient();
        try
        {
            lock (_lock)
            {
                if (!_isOpen)
                {
                    return;
                }
                _inside.Add(outer);
                _inside.Add(inner);
            }
            await inner.ConnectAsync(IPAddress.Loopback, _target.Port, _stopping.Token);
            await Task.WhenAny(
                outer.GetStream().CopyToAsync(inner.GetStream(), _stopping.Token),
                inner.GetStream().CopyToAsync(outer.GetStream(), _stopping.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The one or the other hung up.
        }
        finally
        {
            outer.Dispose();
        }
    }
}
