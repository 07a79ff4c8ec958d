using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes the clients' addresses of the audit log after 90 days; the entries themselves stay.</summary>
internal sealed class OldAddresses(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldAddresses> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromHours(1), "Old client addresses could not be deleted") { Jitter = 0.25 }, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(90);

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var until = Time.GetUtcNow() - Keep;
        await Batches.RepeatAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            update audit_entries set client_address = null, client_salt = null where sequence in
              (select sequence from audit_entries where client_address is not null and at < {until} order by at limit {Batches.Size})
            """, cancellationToken));
    }
}
