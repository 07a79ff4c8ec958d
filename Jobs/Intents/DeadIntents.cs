using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Jobs;

/// <summary>A step that was left to an operator, with its job.</summary>
internal sealed record DeadIntent(Job Job, Intent Intent)
{
    /// <summary>Its place in the list.</summary>
    public DeadIntentCursor Cursor => new(Intent.DeadSince, Intent.JobId, Intent.Kind);
}

/// <summary>The result of a replay.</summary>
internal enum ReplayOutcome
{
    /// <summary>It is due now.</summary>
    Due,
    NotFound,

    /// <summary>It is still being tried.</summary>
    NotDead,
}

/// <summary>The intents that are not tried any more: for operators, to be listed and tried again.</summary>
internal sealed class DeadIntents(IDbContextFactory<JobsDbContext> contexts, JobStore store)
{
    /// <summary>The dead intents after that one, oldest first.</summary>
    public async Task<List<DeadIntent>> ListAsync(DeadIntentCursor? after, int count, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (since, jobId, kind) = (after?.DeadSince, after?.JobId, after?.Kind.ToText());
        var dead = await context.Intents.FromSql(
            $"""
            select * from intents
            where dead_since is not null
              and ({since}::timestamptz is null or (dead_since, job_id, kind) > ({since}, {jobId}::uuid, {kind}))
            order by dead_since, job_id, kind limit {count}
            """).AsNoTracking().ToListAsync(cancellationToken);
        var ids = dead.Select(intent => intent.JobId).ToList();
        var jobs = await context.Jobs.AsNoTracking().Where(job => ids.Contains(job.JobId))
            .ToDictionaryAsync(job => job.JobId, cancellationToken);
        // One whose job moved to the history in between has left the list.
        return [.. dead.Where(intent => jobs.ContainsKey(intent.JobId)).Select(intent => new DeadIntent(jobs[intent.JobId], intent))];
    }

    /// <summary>Has the step tried again now. If it is rejected again, it returns to the list.</summary>
    public async Task<ReplayOutcome> ReplayAsync(Guid jobId, IntentKind kind, CancellationToken cancellationToken)
    {
        var outcome = ReplayOutcome.NotFound;
        await store.UpdateAsync(
            jobId,
            locked => outcome = locked.Revive(kind) ? ReplayOutcome.Due
                : locked.Has(kind) ? ReplayOutcome.NotDead
                : ReplayOutcome.NotFound,
            cancellationToken);
        return outcome;
    }
}
