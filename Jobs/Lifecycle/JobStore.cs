using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>
/// The only way to change a job: its row is locked, and the change commits together with the intents that follow from it.
/// </summary>
internal sealed class JobStore(
    IDbContextFactory<JobsDbContext> contexts, IntentSignals signals, IOptions<JobsOptions> options, TimeProvider time)
{
    /// <returns>False when there is no such job.</returns>
    public async Task<bool> UpdateAsync(Guid jobId, Action<LockedJob> update, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var rows = await context.Jobs.FromSql($"select * from jobs where job_id = {jobId} for update").ToListAsync(cancellationToken);
        if (rows is not [var job])
        {
            return false;
        }
        var intents = await context.Intents.Where(intent => intent.JobId == jobId).ToListAsync(cancellationToken);
        var locked = new LockedJob(context, job, intents, options.Value.AbandonAfter, time.GetUtcNow().TruncateToMicroseconds());
        update(locked);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var kind in locked.DueNow)
        {
            signals.Wake(kind);
        }
        return true;
    }

    /// <summary>Reads the job without a lock.</summary>
    public async Task<Job?> FindAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.JobId == jobId, cancellationToken);
    }
}
