using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>
/// Listens to the wallet's changes and makes the rules of these users due. A hint may be lost: the rules are also due periodically, and
/// whenever the stream begins.
/// </summary>
internal sealed class BalanceSignals(
    IServiceScopeFactory scopes, WalletService.WalletServiceClient wallet, TimeProvider time, ILogger<BalanceSignals> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    private readonly OutageReporter _outages = new(logger, "The wallet's changes could not be watched");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var call = wallet.WatchChanges(new WatchChangesRequest(), cancellationToken: stoppingToken);
                await foreach (var changed in call.ResponseStream.ReadAllAsync(stoppingToken))
                {
                    await SignalAsync(changed, stoppingToken);
                    _outages.Recovered();
                    pause = FirstPause;
                }
            }
            catch (Exception failure)
            {
                if (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
                _outages.Report(failure);
            }
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
        }
    }

    private async Task SignalAsync(ChangedWallets changed, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var topups = scope.ServiceProvider.GetRequiredService<AutoTopups>();
        await (changed.All
            ? topups.SignalAllAsync(cancellationToken)
            : topups.SignalAsync([.. changed.UserIds.Select(Guid.Parse)], cancellationToken));
    }
}
