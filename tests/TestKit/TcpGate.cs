using System.Net.Sockets;
using Npgsql;

namespace ReelBallers.TestKit;

/// <summary>A TCP proxy in front of a service or a database that the test can close, cut or pause.</summary>
public sealed class TcpGate : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly (string Host, int Port) _target;
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _open = [];
    private bool _isClosed;
    private int _refused;
    private int _cut;

    private TcpGate(string host, int port)
    {
        _target = (host, port);
        _listener = new LoopbackListener(CarryAsync);
    }

    /// <summary>Leads to the target.</summary>
    public Uri Address => new($"http://127.0.0.1:{_listener.Port}");

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

    /// <summary>How many open connections were ended by <see cref="Drop"/> and <see cref="Close"/>.</summary>
    public int Cut => Volatile.Read(ref _cut);

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
            // Both sides of each are there.
            _cut += _open.Count / 2;
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
        await _listener.DisposeAsync();
    }

    private async Task CarryAsync(TcpClient near, CancellationToken stop)
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
            await far.ConnectAsync(_target.Host, _target.Port, stop);
            await Task.WhenAny(
                CopyAsync(near.GetStream(), far.GetStream(), () => HoldRequests || HoldEverything, stop),
                CopyAsync(far.GetStream(), near.GetStream(), () => HoldAnswers || HoldEverything, stop));
        }
        catch (Exception exception) when (
            exception is IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            // One side has closed, and so does the other.
        }
        finally
        {
            while (HoldEverything && !stop.IsCancellationRequested)
            {
                await Task.Delay(20, CancellationToken.None);
            }
            lock (_lock)
            {
                _open.ExceptWith([near, far]);
            }
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Func<bool> isHeld, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, stop)) > 0)
        {
            while (isHeld())
            {
                await Task.Delay(20, stop);
            }
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }
}
