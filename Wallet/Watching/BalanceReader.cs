namespace ReelBallers.Wallet;

/// <summary>
/// Reads the watched wallets that have changed, many per query and one query at a time: the cost does not grow with the
/// number of streams, and states arrive in order.
/// </summary>
internal sealed partial class BalanceReader(
    BalanceWatches watches, AccountReader reader, TimeProvider time, ILogger<BalanceReader> logger)
    : BackgroundService
{
    private const int UsersPerQuery = 1000;
    private static readonly TimeSpan OutageDelay = TimeSpan.FromSeconds(1);

    // How late a change is seen whose notification was lost.
    private static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        UntilStopAsync(ReadChangedAsync, stoppingToken), UntilStopAsync(RereadAsync, stoppingToken));

    private static async Task UntilStopAsync(Func<CancellationToken, Task> run, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await run(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task RereadAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RereadInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            watches.ChangeAll();
        }
    }

    private async Task ReadChangedAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var changed = await watches.TakeChangedAsync(stoppingToken);
            try
            {
                foreach (var users in changed.Chunk(UsersPerQuery))
                {
                    await ReadAsync(users, stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotRead(changed.Length, exception);
                watches.Change(changed);
                await Task.Delay(OutageDelay, time, stoppingToken);
            }
        }
    }

    private async Task ReadAsync(Guid[] users, CancellationToken cancellationToken)
    {
        var accounts = await reader.FindAsync(users, cancellationToken);
        foreach (var user in users)
        {
            watches.Offer(user, WalletState.Of(accounts[user]));
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} watched wallets could not be read; retrying")]
    private partial void LogNotRead(int count, Exception exception);
}
