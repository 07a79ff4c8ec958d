using System.Collections.Concurrent;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

/// <summary>Hears what the replicas of a database tell each other.</summary>
internal sealed class HintListener : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;

    private HintListener(NpgsqlConnection connection) => _connection = connection;

    public ConcurrentQueue<string> Payloads { get; } = [];

    public HashSet<Guid> Users => [.. Payloads.SelectMany(BalanceChanges.Unpack)];

    public static async Task<HintListener> OpenAsync(TestDatabase database)
    {
        var listener = new HintListener(new NpgsqlConnection(database.ConnectionString));
        await listener._connection.OpenAsync();
        listener._connection.Notification += (_, notification) => listener.Payloads.Enqueue(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {BalanceChanges.ChannelName}", listener._connection))
        {
            await listen.ExecuteNonQueryAsync();
        }
        listener._listening = listener.ListenAsync();
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                await _connection.WaitAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
