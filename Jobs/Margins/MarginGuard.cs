using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// Pauses endpoints whose runs crash, are executed twice or cost more than they earn, and raises an alert. Jobs then go to
/// another endpoint or wait. An endpoint is resumed after a time, or by an operator. Runs on every replica; one of them pauses.
/// </summary>
internal sealed partial class MarginGuard(
    EndpointPauses pauses, JobsMeter meter, IOptions<MarginGuardOptions> options, TimeProvider time, ILogger<MarginGuard> logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromSeconds(options.Value.IntervalSeconds), "The endpoints' runs could not be read") { Jitter = 0.2 },
        time, logger)
{
    private readonly MarginGuardOptions _options = options.Value;

    /// <summary>One look at the runs.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var limit = Math.Max(_options.Runs, 2 * _options.CrashesInARow);
        var recent = await pauses.RecentRunsAsync(TimeSpan.FromSeconds(_options.WindowSeconds), limit, cancellationToken);
        foreach (var endpoint in recent)
        {
            var runs = endpoint.ToList();
            if (MarginRules.Judge(runs, _options) is not { } reason)
            {
                continue;
            }
            var hasDelivered = runs.Exists(run => run.State == RunState.Completed);
            var until = await pauses.PauseAsync(
                endpoint.Key, reason.Text, TimeSpan.FromSeconds(_options.PauseSeconds), hasDelivered, cancellationToken);
            if (until is { } resumedAt)
            {
                meter.Paused(endpoint.Key, reason.Code);
                LogPaused(endpoint.Key, resumedAt, reason.Text);
            }
        }
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    [LoggerMessage(
        LogLevel.Critical, "Endpoint {EndpointId} is paused until {Until:u}: {Reason}. Check its workers; jobs go elsewhere or wait")]
    private partial void LogPaused(string endpointId, DateTimeOffset until, string reason);
}
