using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes links a day after they were asked for: until then they count in the limits.</summary>
internal sealed class OldLinks(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldLinks> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromHours(1), "Old sign-in links could not be deleted") { Jitter = 0.25 }, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var until = Time.GetUtcNow() - Keep;
        await Batches.RepeatAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            delete from sign_in_links where link_id in
              (select link_id from sign_in_links where created_at < {until} limit {Batches.Size} for update skip locked)
            """, cancellationToken));
    }
}
