using ReelBallers.Accounts.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Tells Accounts twice a minute how many requests were answered and failed. A report that was not confirmed is sent again before the next
/// one: Accounts counts it once.
/// </summary>
internal sealed class TrafficReports(
    Traffic traffic, AccountsService.AccountsServiceClient accounts, TimeProvider time, ILogger<TrafficReports> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(30), "Accounts is not told of the traffic") { Jitter = 0.2 }, time, logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly string _gatewayId = Guid.NewGuid().ToString();
    private ReportTrafficRequest? _unconfirmed;
    private long _number;

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken);
        var (requests, errors) = traffic.Take();
        if (requests > 0)
        {
            _unconfirmed = new ReportTrafficRequest { GatewayId = _gatewayId, Number = ++_number, Requests = requests, Errors = errors };
            await SendAsync(cancellationToken);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_unconfirmed is null)
        {
            return;
        }
        await accounts.ReportTrafficAsync(_unconfirmed, deadline: RpcDeadlines.After(Timeout), cancellationToken: cancellationToken);
        _unconfirmed = null;
    }
}
