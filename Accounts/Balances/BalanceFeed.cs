using Microsoft.Extensions.Options;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>
/// Watches the Wallet for balances that fall. What the Wallet says are hints, which may be lost: what counts is the balance when it is
/// compared, and all are compared when the stream begins, which it does every hour.
/// </summary>
internal sealed class BalanceFeed(
    WalletService.WalletServiceClient wallet, IServiceScopeFactory scopes, IOptions<LowBalanceOptions> options, TimeProvider time,
    ILogger<BalanceFeed> logger)
    : FeedWorker("wallet", scopes, time, logger)
{
    private static readonly TimeSpan StreamLifetime = TimeSpan.FromHours(1);

    // How late a mail that is due may be.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly IServiceScopeFactory _scopes = scopes;

    protected override bool IsOn => options.Value.ThresholdCents > 0;

    protected override async Task FollowAsync(FeedCursor cursor, CancellationToken stoppingToken)
    {
        await foreach (var changes in BatchesAsync(
            end => wallet.WatchChanges(new WatchChangesRequest(), cancellationToken: end), LookInterval, StreamLifetime, stoppingToken))
        {
            await using var scope = _scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<FeedCursors>().AdvanceAsync(Name, LeaseId, 0, 0, stoppingToken);
            var balances = scope.ServiceProvider.GetRequiredService<LowBalances>();
            await (changes.Any(change => change.All)
                ? balances.CompareAllAsync(stoppingToken)
                : balances.CompareAsync([.. changes.SelectMany(change => change.UserIds).Select(Guid.Parse).Distinct()], stoppingToken));
            await balances.TellAsync(stoppingToken);
            Recovered();
        }
    }
}
