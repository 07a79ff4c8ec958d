using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>A job as it was when it was read, with its runs, oldest first.</summary>
internal sealed record JobWithRuns(Job Job, IReadOnlyList<Run> Runs);

/// <summary>
/// The only way to write a job: its rows are locked, and the change commits together with the intents that follow from it.
/// </summary>
internal sealed class JobStore(
    IDbContextFactory<JobsDbContext> contexts, IntentSignals signals, IOptions<JobsOptions> options, TimeProvider time)
{
    /// <summary>Inserts a job with the intent to abandon it.</summary>
    public async Task<JobInsertion> TryInsertAsync(Job job, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!await OpenJobs.HasRoomAsync(context, job.UserId, options.Value.MaxOpenJobsPerUser, cancellationToken))
        {
            return JobInsertion.TooManyOpenJobs;
        }
        context.Jobs.Add(job);
        new LockedJob(context, job, [], new LockedRuns(context, job.JobId, [], job.CreatedAt), options.Value.AbandonAfter, job.CreatedAt)
            .Add(IntentKind.Abandon, options.Value.AbandonAfter);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return JobInsertion.Inserted;
        }
        catch (DbUpdateException exception)
            when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return JobInsertion.OperationHasJob;
        }
    }

    /// <summary>Changes a job in a transaction.</summary>
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
        // Locked too: a lease that has expired must not be taken over before the commit.
        var intents = await context.Intents.FromSql($"select * from intents where job_id = {jobId} for update")
            .ToListAsync(cancellationToken);
        var runs = await context.Runs.FromSql($"select * from runs where job_id = {jobId} order by number for update")
            .ToListAsync(cancellationToken);
        var now = time.GetUtcNow().TruncateToMicroseconds();
        var locked = new LockedJob(
            context, job, intents, new LockedRuns(context, jobId, runs, now), options.Value.AbandonAfter, now);
        update(locked);
        locked.Arrange();
        await context.SaveChangesAsync(cancellationToken);
        if (locked.HasEnded)
        {
            await EndedJob.Log.AppendAsync(context, [EndedJob.Of(job)], cancellationToken);
        }
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

    /// <summary>The job of an operation that is not abandoned.</summary>
    public async Task<Job?> FindByOperationAsync(Guid operationId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Jobs.AsNoTracking().SingleOrDefaultAsync(
            job => job.OperationId == operationId && (job.Outcome == null || job.QueuedAt != null), cancellationToken);
    }

    /// <summary>Reads the job and its runs, oldest first, without a lock.</summary>
    public async Task<JobWithRuns?> FindWithRunsAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.JobId == jobId, cancellationToken) is not { } job)
        {
            return null;
        }
        var runs = await context.Runs.AsNoTracking().Where(run => run.JobId == jobId).OrderBy(run => run.Number)
            .ToListAsync(cancellationToken);
        return new JobWithRuns(job, runs);
    }

    /// <summary>Whether another job has this RunPod id.</summary>
    public async Task<bool> BelongsToAnotherJobAsync(Guid jobId, string runPodId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Runs.AnyAsync(run => run.RunPodId == runPodId && run.JobId != jobId, cancellationToken);
    }
}
