using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Receives the changed wallets of all replicas, including this one.</summary>
internal sealed class BalanceListener(
    BalanceWatches watches, NpgsqlDataSource dataSource, TimeProvider time, ILogger<BalanceListener> logger)
    : PostgresListener(BalanceChanges.ChannelName, dataSource, time, logger)
{
    protected override void OnConnected() => watches.ChangeAll();

    protected override void OnNotification(string payload)
    {
        if (payload == BalanceChanges.AllUsers)
        {
            watches.ChangeAll();
        }
        else
        {
            watches.Change(BalanceChanges.Unpack(payload));
        }
    }
}
