using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>Leases for work that only one replica at a time should perform. An expired lease (its holder crashed) is free again.</summary>
internal sealed class WorkerLeases(PaymentsDbContext database, TimeProvider time)
{
    /// <summary>How long a lease lasts without being renewed.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(2);

    /// <summary>True: the lease is held until it expires. With <paramref name="isDueOnly"/>, not before the next run is due.</summary>
    public async Task<bool> TryTakeAsync(string name, Guid holder, bool isDueOnly, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = isDueOnly ? now : DateTimeOffset.MaxValue;
        return 1 == await database.Database.ExecuteSqlAsync(
            $"""
            insert into worker_leases (name, holder, leased_until, due_at) values ({name}, {holder}, {now + Length}, {now})
            on conflict (name) do update set holder = excluded.holder, leased_until = excluded.leased_until
            where worker_leases.leased_until <= {now} and worker_leases.due_at <= {due}
            """, cancellationToken);
    }

    /// <summary>Extends the lease. False: it has expired, and another run may hold it.</summary>
    public async Task<bool> KeepAsync(string name, Guid holder, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Length;
        return 1 == await database.Leases.Where(row => row.Name == name && row.Holder == holder)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeasedUntil, until), cancellationToken);
    }

    public Task ReleaseAsync(string name, Guid holder, DateTimeOffset nextDue, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.Leases.Where(row => row.Name == name && row.Holder == holder)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeasedUntil, now)
                .SetProperty(row => row.DueAt, nextDue), cancellationToken);
    }
}
