using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Reads the revoked sessions before the first request and every second from then on. During an outage of the database the
/// known revocations stay in force and requests are still served.
/// </summary>
internal sealed partial class RevocationPoll(RevokedSessions revoked, TimeProvider time, ILogger<RevocationPoll> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PurgeInterval = TimeSpan.FromHours(1);

    private bool _failing;
    private DateTimeOffset _purgeAt;

    // Runs after the migrations, which are registered first.
    public Task StartingAsync(CancellationToken cancellationToken) => revoked.ReadAllAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(PollInterval, time, stoppingToken);
            try
            {
                await PollAsync(stoppingToken);
                if (_failing)
                {
                    _failing = false;
                    LogRecovered();
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogOnce(failure);
            }
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _purgeAt)
        {
            await revoked.ReadNewAsync(cancellationToken);
            return;
        }
        await revoked.PurgeAsync(cancellationToken);
        await revoked.ReadAllAsync(cancellationToken);
        _purgeAt = now + PurgeInterval;
    }

    private void LogOnce(Exception failure)
    {
        if (_failing)
        {
            return;
        }
        _failing = true;
        if (DatabaseErrors.IsOutage(failure))
        {
            LogOutage(failure.GetBaseException().Message);
        }
        else
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The revoked sessions cannot be read; the known ones stay in force: {Reason}")]
    private partial void LogOutage(string reason);

    [LoggerMessage(LogLevel.Error, "The revoked sessions cannot be read; the known ones stay in force")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Information, "The revoked sessions can be read again")]
    private partial void LogRecovered();
}
