namespace ReelBallers.Jobs;

/// <summary>A validated request for a job.</summary>
/// <param name="Type">What is done.</param>
/// <param name="ProjectId">As the caller named it.</param>
/// <param name="SourceKey">The upload.</param>
/// <param name="PaidSeconds">The seconds of video that are paid for.</param>
/// <param name="Work">The details.</param>
/// <param name="ExpectedCostCents">The price that the caller expects; null for any.</param>
/// <param name="RetryOf">The job that is tried again with it, if any.</param>
internal sealed record JobSpecification(
    JobType Type, string ProjectId, string SourceKey, int PaidSeconds, Work Work, long? ExpectedCostCents, Guid? RetryOf = null);
