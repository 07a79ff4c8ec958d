using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Deletes the content of old events, which holds e-mails and postal addresses; their id, type, state and times stay. The
/// addresses of callers are deleted too. In small batches, on every replica.
/// </summary>
internal sealed class Retention(
    IServiceScopeFactory scopes, IOptions<RetentionOptions> options, TimeProvider time, ILogger<Retention> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromHours(1), "Old personal data could not be deleted") { Jitter = 0.25 }, time, logger)
{
    private const int BatchSize = 1_000;

    /// <summary>Deletes what is old now.</summary>
    public async Task DeleteOldAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<PaymentsDbContext>();
        var now = Time.GetUtcNow();
        var done = now.AddDays(-options.Value.DoneDays);
        await EmptyAsync(database, EventState.Done, done, cancellationToken);
        await EmptyAsync(database, EventState.Dead, now.AddDays(-options.Value.DeadDays), cancellationToken);
        await InBatchesAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            delete from failed_payments where event_id in (
                select event_id from failed_payments where failed_at < {done} limit {BatchSize} for update skip locked)
            """, cancellationToken));
        await InBatchesAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            update checkouts set client_address = null where id in (
                select id from checkouts where client_address is not null and created_at < {done} limit {BatchSize} for update skip locked)
            """, cancellationToken));
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => DeleteOldAsync(cancellationToken);

    private static Task EmptyAsync(
        PaymentsDbContext database, EventState state, DateTimeOffset before, CancellationToken cancellationToken) =>
        InBatchesAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            update stripe_events set payload = '' where id in (
                select id from stripe_events where payload <> '' and state = {(short)state} and received_at < {before}
                limit {BatchSize} for update skip locked)
            """, cancellationToken));

    private static async Task InBatchesAsync(Func<Task<int>> next)
    {
        while (await next() == BatchSize)
        {
        }
    }
}
