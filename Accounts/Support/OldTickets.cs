using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes tickets, with their messages, a year after nobody has touched them any more: they are personal data.</summary>
internal sealed class OldTickets(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldTickets> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromHours(1), "Old tickets could not be deleted") { Jitter = 0.25 }, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(365);

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var until = Time.GetUtcNow() - Keep;
        await Batches.RepeatAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            delete from tickets where ticket_id in
              (select ticket_id from tickets where updated_at < {until} limit {Batches.Size} for update skip locked)
            """, cancellationToken));
    }
}
