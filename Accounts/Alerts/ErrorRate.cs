using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Whether more requests fail than is accepted, of all Gateways together.</summary>
internal sealed class ErrorRate(AccountsDbContext database, IOptions<AlertsOptions> options, TimeProvider time) : IConditionSource
{
    private const int WindowMinutes = 5;

    public string Kind => AlertKinds.ErrorRate;

    /// <summary>Stores a report of a Gateway; one that comes again changes nothing.</summary>
    public Task AddAsync(GatewayTraffic traffic, CancellationToken cancellationToken) => database.Database.ExecuteSqlAsync(
        $"""
        insert into gateway_traffic (gateway_id, number, requests, errors, received_at)
        values ({traffic.GatewayId}, {traffic.Number}, {traffic.Requests}, {traffic.Errors}, {time.GetUtcNow()})
        on conflict do nothing
        """, cancellationToken);

    public async Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - TimeSpan.FromMinutes(WindowMinutes);
        var settings = options.Value;
        var sum = await database.GatewayTraffic.Where(row => row.ReceivedAt > since).GroupBy(_ => 1)
            .Select(all => new
            {
                Requests = all.Sum(row => row.Requests),
                Errors = all.Sum(row => row.Errors),
                First = all.Min(row => row.ReceivedAt),
            })
            .SingleOrDefaultAsync(cancellationToken);
        return sum is null || sum.Requests < settings.ErrorRateMinRequests || sum.Errors * 100 <= sum.Requests * settings.ErrorRatePercent
            ? []
            :
            [
                new OpenCondition(
                    "requests",
                    $"{sum.Errors} of {sum.Requests} requests have failed in {WindowMinutes} minutes, "
                        + $"more than {settings.ErrorRatePercent} %.",
                    sum.First),
            ];
    }
}
