using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Jobs;

/// <summary>The result of inserting a job.</summary>
internal enum JobInsertion
{
    Inserted,

    /// <summary>Its operation has a live job.</summary>
    OperationHasJob,

    /// <summary>The user has as many open jobs as are allowed.</summary>
    TooManyOpenJobs,
}

/// <summary>Limits the open jobs of a user.</summary>
internal static class OpenJobs
{
    /// <summary>
    /// Whether the user may have another open job. The caller inserts it in the same transaction, which until its end excludes the
    /// other transactions that ask for the same user, in whichever replica, so that the limit is exact.
    /// </summary>
    public static async Task<bool> HasRoomAsync(JobsDbContext context, Guid userId, int limit, CancellationToken cancellationToken)
    {
        await context.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({userId}::text, 0))", cancellationToken);
        // Not more than the limit, so that it stays cheap.
        var open = await context.Database.SqlQuery<int>(
            $"""
            select count(*)::int as "Value" from (
              select from jobs where user_id = {userId} and status in ('created', 'queued', 'running') limit {limit}) open
            """).SingleAsync(cancellationToken);
        return open < limit;
    }
}
