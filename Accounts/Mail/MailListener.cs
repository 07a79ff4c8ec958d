using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Wakes the sender of this process when any replica has added a mail.</summary>
internal sealed class MailListener(WakeSignal signal, NpgsqlDataSource dataSource, TimeProvider time, ILogger<MailListener> logger)
    : PostgresListener(MailOutbox.Channel, dataSource, time, logger)
{
    protected override void OnNotification(string payload) => signal.Wake();

    protected override void OnConnected() => signal.Wake();
}
