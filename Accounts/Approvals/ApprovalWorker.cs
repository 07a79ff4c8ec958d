using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Carries out what is approved when the request that approved it could not, over outages and crashes, and ends what has expired. Any
/// number of replicas may run it.
/// </summary>
internal sealed class ApprovalWorker(
    IServiceScopeFactory scopes, WorkSignals signals, TimeProvider time, ILogger<ApprovalWorker> logger)
    : QueueWorker<Approval>(scopes, signals.Approvals, "The approvals could not be read", time, logger)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly OutageReporter _calls = new(logger, "What is approved could not be carried out");

    protected override Task<IReadOnlyList<Approval>> LeaseAsync(
        IServiceProvider services, int limit, CancellationToken stoppingToken) =>
        services.GetRequiredService<Approvals>().LeaseAsync(limit, stoppingToken);

    protected override async Task AttemptAsync(Approval approval, IServiceProvider services, CancellationToken stoppingToken)
    {
        var approvals = services.GetRequiredService<Approvals>();
        try
        {
            if (approval.State == ApprovalState.Pending)
            {
                await approvals.ExpireAsync(approval);
            }
            else
            {
                await approvals.CarryOutAsync(approval, stoppingToken);
            }
            _calls.Recovered();
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            _calls.Report(failure);
            await approvals.RetryAsync(approval, Attempts.DelayAfter(approval.Attempts, LongestDelay), stoppingToken);
        }
    }
}
