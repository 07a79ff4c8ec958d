namespace ReelBallers.Jobs;

/// <summary>A validated request for a job.</summary>
internal sealed record JobSpecification(
    JobType Type, string ProjectId, string SourceKey, int PaidSeconds, Work Work, long? ExpectedCostCents);
