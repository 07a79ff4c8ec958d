using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Notifies every replica of changed wallets. The writer only adds the users here, after its commit; they are sent shortly
/// afterwards, many per notification, over another connection. A notification is a hint and may be lost: watched wallets
/// are also read again periodically.
/// </summary>
internal sealed partial class BalanceChanges(NpgsqlDataSource dataSource, TimeProvider time, ILogger<BalanceChanges> logger)
    : BackgroundService
{
    public const string ChannelName = "wallet_balance";

    /// <summary>The payload that means every user.</summary>
    public const string AllUsers = "*";

    // PostgreSQL limits a payload to 7999 bytes; a user takes 16 bytes, a third more in base64.
    private const int UsersPerPayload = 300;

    // With more pending users (in an outage) it is cheaper to read every watched wallet again.
    private const int MaxUsers = 100_000;

    private const int UserLength = 16;
    private const int SendTimeoutSeconds = 5;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan OutageDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    // A hint need not survive a crash, so its commit does not wait for the disk.
    private const string Send = $"""
        SELECT pg_notify('{ChannelName}', payload) FROM unnest($1) AS payload, set_config('synchronous_commit', 'off', true)
        """;

    private readonly Lock _gate = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private HashSet<Guid> _users = [];
    private bool _all;

    /// <summary>Queues users whose wallets have changed, after the commit. It neither waits nor fails.</summary>
    public void Publish(IEnumerable<Guid> userIds)
    {
        lock (_gate)
        {
            if (_all)
            {
                return;
            }
            _users.UnionWith(userIds);
            if (_users.Count > MaxUsers)
            {
                PublishAll();
            }
        }
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Sends what is still queued.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StopTimeout);
        await TrySendAsync(timeout.Token);
    }

    internal static string Pack(ReadOnlySpan<Guid> userIds) => Base64Url.EncodeToString(MemoryMarshal.AsBytes(userIds));

    /// <summary>The users of a payload; none when it is invalid.</summary>
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
                // Not the stopping token: PostgreSQL might apply the cancellation to the last send, in StopAsync.
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
                PublishAll();
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
            if (_all)
            {
                _all = false;
                return [AllUsers];
            }
            (users, _users) = (_users, []);
        }
        return [.. users.Chunk(UsersPerPayload).Select(chunk => Pack(chunk))];
    }

    private void PublishAll()
    {
        _all = true;
        _users.Clear();
    }

    [LoggerMessage("The other replicas could not be notified of changed balances; their streams show them later")]
    private partial void LogNotSent(LogLevel level, Exception exception);
}
