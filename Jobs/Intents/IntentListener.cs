using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Wakes the loops of this process when an intent becomes due by any replica: a trigger on the table notifies.</summary>
internal sealed class IntentListener(
    IntentSignals signals, NpgsqlDataSource dataSource, TimeProvider time, ILogger<IntentListener> logger)
    : PostgresListener("intent_due", dataSource, time, logger)
{
    protected override void OnNotification(string payload)
    {
        if (IntentKinds.TryParse(payload) is { } kind)
        {
            signals.Wake(kind);
        }
    }

    protected override void OnConnected()
    {
        foreach (var kind in Enum.GetValues<IntentKind>())
        {
            signals.Wake(kind);
        }
    }
}
