using System.Linq.Expressions;

namespace ReelBallers.Jobs;

/// <summary>What a user can see of a job, without the work, which may be large.</summary>
internal sealed record JobSummary(
    Guid JobId, Guid UserId, string ProjectId, JobType Type, JobStatus Status, JobStatus? Outcome, int Progress, long CostCents,
    long RefundedCents, string? Error, int PaidSeconds, string? OutputKey, long? OutputSizeBytes, long Version,
    Guid? RetryOf, long? ChargedCents, string? HoldTransferId, string? SettlementTransferId, string? RefundTransferId,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>For queries.</summary>
    public static Expression<Func<Job, JobSummary>> Projection { get; } = job => new JobSummary(
        job.JobId, job.UserId, job.ProjectId, job.Type, job.Status, job.Outcome, job.Progress, job.CostCents, job.RefundedCents,
        job.Error, job.PaidSeconds, job.OutputKey, job.OutputSizeBytes, job.Version,
        job.RetryOf, job.ChargedCents, job.HoldTransferId, job.SettlementTransferId, job.RefundTransferId, job.CreatedAt, job.UpdatedAt);

    private static readonly Func<Job, JobSummary> Compiled = Projection.Compile();

    /// <summary>Of a job that was loaded for another purpose.</summary>
    public static JobSummary Of(Job job) => Compiled(job);
}
