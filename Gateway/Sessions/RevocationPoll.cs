using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Reads the revoked sessions, and the database's clock, before the first request and every second from then on. During an outage of the
/// database the known revocations stay in force and requests are still served.
/// </summary>
internal sealed class RevocationPoll(
    RevokedSessions revoked, RevokedUsers users, DatabaseClock clock, TimeProvider time, ILogger<RevocationPoll> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(1), Failure), time, logger), IHostedLifecycleService
{
    private const string Failure = "The revoked sessions cannot be read, those known stay in force";
    private static readonly TimeSpan PurgeEvery = TimeSpan.FromHours(1);

    private DateTimeOffset _purgeAt;

    // Runs after the migrations, which are registered first.
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await clock.ReadAsync(cancellationToken);
        await revoked.ReadAllAsync(cancellationToken);
        await users.ReadAllAsync(cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await clock.ReadAsync(cancellationToken);
        var now = Time.GetUtcNow();
        if (now < _purgeAt)
        {
            await revoked.ReadNewAsync(cancellationToken);
            await users.ReadNewAsync(cancellationToken);
            return;
        }
        await revoked.PurgeAsync(cancellationToken);
        await users.PurgeAsync(cancellationToken);
        await revoked.ReadAllAsync(cancellationToken);
        await users.ReadAllAsync(cancellationToken);
        _purgeAt = now + PurgeEvery;
    }
}
