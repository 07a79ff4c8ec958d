using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Wakes the loop of this process that works off grants.</summary>
internal sealed class GrantSignal : IDisposable
{
    /// <summary>There may be grants that are due.</summary>
    public WakeSignal Due { get; } = new();

    public void Dispose() => Due.Dispose();
}

/// <summary>Wakes it when any replica has made a grant due.</summary>
internal sealed class GrantListener(GrantSignal signal, NpgsqlDataSource dataSource, TimeProvider time, ILogger<GrantListener> logger)
    : PostgresListener(Grants.Channel, dataSource, time, logger)
{
    protected override void OnNotification(string payload) => signal.Due.Wake();

    protected override void OnConnected() => signal.Due.Wake();
}
