using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Wakes the sender of this process.</summary>
internal sealed class MailSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Wake()
    {
        lock (_signal)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _signal.WaitAsync(longest, cancellationToken);

    public void Dispose() => _signal.Dispose();
}

/// <summary>Wakes it when any replica has added a mail.</summary>
internal sealed class MailListener(MailSignal signal, NpgsqlDataSource dataSource, TimeProvider time, ILogger<MailListener> logger)
    : PostgresListener(MailOutbox.Channel, dataSource, time, logger)
{
    protected override void OnNotification(string payload) => signal.Wake();

    protected override void OnConnected() => signal.Wake();
}
