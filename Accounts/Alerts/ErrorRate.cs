using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Whether more requests fail than is accepted (<see cref="FailureLimit"/>), of all Gateways together.</summary>
internal sealed class ErrorRate(AccountsDbContext database, IOptions<AlertsOptions> options, TimeProvider time) : IConditionSource
{
    private const int WindowMinutes = 5;
    private const int FewAtLeast = 20;
    private const int ErrorsAtLeast = 5;

    public string Kind => AlertKinds.ErrorRate;

    /// <summary>Stores a report of a Gateway; one that comes again changes nothing.</summary>
    public Task AddAsync(GatewayTraffic traffic, CancellationToken cancellationToken) => database.Database.ExecuteSqlAsync(
        $"""
        insert into gateway_traffic (gateway_id, number, requests, errors, received_at)
        values ({traffic.GatewayId}, {traffic.Number}, {traffic.Requests}, {traffic.Errors}, {time.GetUtcNow()})
        on conflict do nothing
        """, cancellationToken);

    public Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        return new FailureLimit(
            "requests", settings.ErrorRatePercent, WindowMinutes, settings.ErrorRateMinRequests, FewAtLeast, ErrorsAtLeast).FindAsync(
                time.GetUtcNow(),
                since => CountAsync(since, long.MaxValue, cancellationToken),
                since => CountAsync(since, settings.ErrorRateMinRequests, cancellationToken));
    }

    // The newest reports that have as many requests together.
    private async Task<FailureCount> CountAsync(DateTimeOffset since, long requests, CancellationToken cancellationToken) =>
        await database.Database.SqlQuery<FailureCount>(
            $"""
            select coalesce(sum(requests), 0)::bigint as "all", coalesce(sum(errors), 0)::bigint as failed,
                coalesce(min(received_at) filter (where errors > 0), {time.GetUtcNow()}) as first
            from (
                select *, sum(requests) over (order by received_at desc, gateway_id, number desc) - requests as newer
                from gateway_traffic where received_at > {since}) as report
            where newer < {requests}
            """).SingleAsync(cancellationToken);
}
