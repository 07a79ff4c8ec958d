using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Sends the wallet what was planned and not confirmed. It needs the wallet only, so that an outage of Stripe delays no freeze and
/// no claw-back. Runs on every replica.
/// </summary>
internal sealed partial class WalletCommandRetries(
    IServiceScopeFactory scopes, TimeProvider time, ILogger<WalletCommandRetries> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(2), "The due wallet commands could not be read"), time, logger)
{
    private const int BatchSize = 20;

    /// <summary>Sends up to a batch of the commands that are due; returns how many were confirmed.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        List<WalletCommand> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            due = await scope.ServiceProvider.GetRequiredService<WalletOutbox>().TakeDueAsync(BatchSize, cancellationToken);
        }
        // Concurrently: one after the other, the last could exceed its lease.
        var sent = await Task.WhenAll(due.GroupBy(command => command.CheckoutId).Select(ofOne => SendAsync([.. ofOne], cancellationToken)));
        return sent.Sum();
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => SendDueAsync(cancellationToken);

    private async Task<int> SendAsync(List<WalletCommand> commands, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<WalletOutbox>();
        using var bound = new CancellationTokenSource(WalletOutbox.AttemptTimeout, Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            return await outbox.SendPendingAsync(commands[0].CheckoutId, both.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(
                Logger, commands[0].CheckoutId, commands.Max(command => command.Attempts), Outages.Reason(failure),
                Outages.IsOutage(failure, cancellationToken) ? null : failure);
            await outbox.FailAsync(commands, failure, cancellationToken);
            return 0;
        }
    }

    [LoggerMessage(
        LogLevel.Warning, "Checkout {CheckoutId}: the wallet has not confirmed its commands after {Attempts} attempts ({Reason})")]
    private static partial void LogFailed(ILogger logger, Guid checkoutId, int attempts, string reason, Exception? exception);
}
