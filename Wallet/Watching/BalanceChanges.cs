using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Tells every replica whose wallets have changed. The writer only leaves the users here, after its commit; they are sent
/// a moment later, many in one notification, on a connection that is not the writer's. It is a hint, and may be lost:
/// who watches looks again by itself from time to time.
/// </summary>
internal sealed partial class BalanceChanges(NpgsqlDataSource dataSource, TimeProvider time, ILogger<BalanceChanges> logger) : BackgroundService
{
    public const string ChannelName = "wallet_balance";

    /// <summary>The payload that stands for every user.</summary>
    public const string Everybody = "*";

    // PostgreSQL takes less than 8000 bytes; a user is 16 bytes, and in base64 a third more.
    private const int UsersPerPayload = 300;

    // With more than this waiting (the database is away) it is cheaper that everything watched is read again.
    private const int UsersMax = 100_000;

    private const int UserLength = 16;
    private const int SendTimeoutSeconds = 5;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan OutageDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(5);

    // A hint need not survive a crash, so its commit need not wait for the disk.
    private const string Send = $"""
        SELECT pg_notify('{ChannelName}', payload) FROM unnest($1) AS payload, set_config('synchronous_commit', 'off', true)
        """;

    private readonly Lock _gate = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private HashSet<Guid> _users = [];
    private bool _everybody;

    /// <summary>
    /// The wallets of these users have changed, and the change is committed. It neither waits nor fails.
    /// </summary>
    public void Publish(IEnumerable<Guid> userIds)
    {
        lock (_gate)
        {
            if (_everybody)
            {
                return;
            }
            _users.UnionWith(userIds);
            if (_users.Count > UsersMax)
            {
                PublishEverybody();
            }
        }
        _wake.Writer.TryWrite(true);
    }

    /// <summary>What was committed until then is still told to the other replicas.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var goodbye = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        goodbye.CancelAfter(GoodbyeTimeout);
        await TrySendAsync(goodbye.Token);
    }

    internal static string Pack(ReadOnlySpan<Guid> userIds) => Base64Url.EncodeToString(MemoryMarshal.AsBytes(userIds));

    /// <summary>The users of a payload; none when it is none of ours.</summary>
    internal static Guid[] Unpack(string payload)
    {
        if (!Base64Url.IsValid(payload, out var length) || length % UserLength != 0)
        {
            return [];
        }
        var users = new Guid[length / UserLength];
        Base64Url.DecodeFromChars(payload, MemoryMarshal.AsBytes(users.AsSpan()));
        return users;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stoppingToken))
            {
                _wake.Reader.TryRead(out _);
                // Not the stopping token: a cancellation that PostgreSQL hears of late would strike the last send of all.
                var sent = await TrySendAsync(CancellationToken.None);
                await Task.Delay(sent ? Pace : OutageDelay, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync sends the rest.
        }
    }

    private async Task<bool> TrySendAsync(CancellationToken cancellationToken)
    {
        var payloads = Take();
        if (payloads.Length == 0)
        {
            return true;
        }
        try
        {
            await using var command = dataSource.CreateCommand(Send);
            command.CommandTimeout = SendTimeoutSeconds;
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = payloads });
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (Exception exception)
        {
            lock (_gate)
            {
                PublishEverybody();
            }
            _wake.Writer.TryWrite(true);
            if (exception is not OperationCanceledException)
            {
                LogNotSent(DatabaseErrors.IsOutage(exception) ? LogLevel.Warning : LogLevel.Error, exception);
            }
            return false;
        }
    }

    private string[] Take()
    {
        HashSet<Guid> users;
        lock (_gate)
        {
            if (_everybody)
            {
                _everybody = false;
                return [Everybody];
            }
            (users, _users) = (_users, []);
        }
        return [.. users.Chunk(UsersPerPayload).Select(chunk => Pack(chunk))];
    }

    private void PublishEverybody()
    {
        _everybody = true;
        _users.Clear();
    }

    [LoggerMessage("Changed balances could not be told to the other replicas; who watches sees them later")]
    private partial void LogNotSent(LogLevel level, Exception exception);
}
