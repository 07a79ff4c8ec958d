namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Runs what is due also without a request.</summary>
internal sealed class StripeClock(StripeStore store, LocalCloudOptions options) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, options.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            store.Run(_ => true);
        }
    }
}
