using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Receives the changed wallets of all replicas, including this one.</summary>
internal sealed class BalanceListener(
    BalanceWatches watches, ChangeWatches changes, NpgsqlDataSource dataSource, TimeProvider time, ILogger<BalanceListener> logger)
    : PostgresListener(BalanceChanges.ChannelName, dataSource, time, logger)
{
    protected override void OnConnected()
    {
        watches.ChangeAll();
        changes.AddAll();
    }

    protected override void OnNotification(string payload)
    {
        if (payload == BalanceChanges.AllUsers)
        {
            watches.ChangeAll();
            changes.AddAll();
        }
        else
        {
            var users = BalanceChanges.Unpack(payload);
            watches.Change(users);
            changes.Add(users);
        }
    }
}
