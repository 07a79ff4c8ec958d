using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ReelBallers.TestKit;

/// <summary>A TCP proxy in front of a service or a database that the test can close, cut or pause.</summary>
public sealed class TcpGate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly (string Host, int Port) _target;
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _open = [];
    private readonly Task _accepting;
    private bool _isClosed;
    private int _refused;

    private TcpGate(string host, int port)
    {
        _target = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Leads to the target.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Requests go no further while this is set.</summary>
    public volatile bool HoldRequests;

    /// <summary>Answers go no further while this is set.</summary>
    public volatile bool HoldAnswers;

    /// <summary>
    /// Nothing goes further while this is set, not even the end of a connection: as if the caller's host had vanished.
    /// </summary>
    public volatile bool HoldEverything;

    /// <summary>How many connections were refused while the gate was closed.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>A gate in front of a service.</summary>
    public static TcpGate Open(Uri target) => new(target.Host, target.Port);

    /// <summary>A gate in front of a database's server.</summary>
    public static TcpGate Open(TestDatabase database)
    {
        var target = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return new(target.Host!, target.Port);
    }

    /// <summary>The database's connection string, through this gate.</summary>
    public string ConnectionString(TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = Address.Host, Port = Address.Port }.ConnectionString;

    /// <summary>Ends all connections and refuses new ones, as if the target were down.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
        Drop();
    }

    /// <summary>Lets new connections through again.</summary>
    public void Reopen()
    {
        lock (_lock)
        {
            _isClosed = false;
        }
    }

    /// <summary>Ends all connections, with what they hold, and lets new ones through unless the gate is closed.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            foreach (var client in _open)
            {
                client.Dispose();
            }
            _open.Clear();
        }
        (HoldRequests, HoldAnswers, HoldEverything) = (false, false, false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Close();
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
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
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using var _ = near;
        using var far = new TcpClient();
        lock (_lock)
        {
            if (_isClosed)
            {
                _refused++;
                return;
            }
            _open.UnionWith([near, far]);
        }
        try
        {
            await far.ConnectAsync(_target.Host, _target.Port, _stop.Token);
            await Task.WhenAny(
                CopyAsync(near.GetStream(), far.GetStream(), () => HoldRequests || HoldEverything),
                CopyAsync(far.GetStream(), near.GetStream(), () => HoldAnswers || HoldEverything));
        }
        catch (Exception exception) when (
            exception is IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            // One side has closed, and so does the other.
        }
        finally
        {
            while (HoldEverything && !_stop.IsCancellationRequested)
            {
                await Task.Delay(20, CancellationToken.None);
            }
            lock (_lock)
            {
                _open.ExceptWith([near, far]);
            }
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
