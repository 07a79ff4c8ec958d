using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

/// <summary>A relay to a database that treats the settings of a session as PgBouncer does: it rejects or drops them.</summary>
internal sealed class StartupRelay : IAsyncDisposable
{
    private const int Encryption = 80877103;
    private const int GssEncryption = 80877104;
    private readonly LoopbackListener _listener;
    private readonly NpgsqlConnectionStringBuilder _target;
    private readonly bool _rejects;

    public StartupRelay(TestDatabase database, bool rejects)
    {
        (_target, _rejects) = (new NpgsqlConnectionStringBuilder(database.ConnectionString), rejects);
        _listener = new LoopbackListener(CarryAsync);
    }

    /// <summary>The database's connection string, through this relay.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_target.ConnectionString)
    {
        Host = "127.0.0.1",
        Port = _listener.Port,
    }.ConnectionString;

    /// <summary>The number of sessions whose settings were rejected or dropped.</summary>
    public int Struck => Volatile.Read(ref _struck);

    private int _struck;

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task CarryAsync(TcpClient near, CancellationToken stop)
    {
        using var _ = near;
        using var far = new TcpClient();
        try
        {
            var client = near.GetStream();
            var startup = await ReadMessageAsync(client, stop);
            while (BinaryPrimitives.ReadInt32BigEndian(startup.AsSpan(4)) is Encryption or GssEncryption)
            {
                await client.WriteAsync("N"u8.ToArray(), stop);
                startup = await ReadMessageAsync(client, stop);
            }
            var (message, dropped) = WithoutOptions(startup);
            Interlocked.Add(ref _struck, dropped ? 1 : 0);
            if (dropped && _rejects)
            {
                await client.WriteAsync(Error("unsupported startup parameter: options"), stop);
                return;
            }
            await far.ConnectAsync(_target.Host!, _target.Port, stop);
            await far.GetStream().WriteAsync(message, stop);
            await Task.WhenAny(client.CopyToAsync(far.GetStream(), stop), far.GetStream().CopyToAsync(client, stop));
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // One side has closed, and so does the other.
        }
    }

    private static async Task<byte[]> ReadMessageAsync(NetworkStream stream, CancellationToken stop)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, stop);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        length.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(4), stop);
        return message;
    }

    // Length, version, then names and values, each with a zero at its end, and one more zero.
    private static (byte[] Message, bool Dropped) WithoutOptions(byte[] startup)
    {
        var texts = Encoding.UTF8.GetString(startup.AsSpan(8)).TrimEnd('\0').Split('\0');
        var kept = texts.Chunk(2).Where(pair => pair[0] != "options").ToArray();
        var body = Encoding.UTF8.GetBytes(string.Concat(kept.SelectMany(pair => pair).Select(text => text + '\0')) + '\0');
        byte[] message = [.. startup[..8], .. body];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        return (message, kept.Length < texts.Length / 2);
    }

    private static byte[] Error(string text)
    {
        var body = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C08P01\0M{text}\0\0");
        var message = new byte[5 + body.Length];
        message[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + body.Length);
        body.CopyTo(message, 5);
        return message;
    }
}
