namespace ReelBallers.Jobs;

/// <summary>A validated request for a job.</summary>
/// <param name="Type">What is done.</param>
/// <param name="ProjectId">As the caller named it.</param>
/// <param name="SourceKey">The upload.</param>
/// <param name="StatedSeconds">How long the video is by the caller's word; null when the caller does not say it.</param>
/// <param name="Work">The details.</param>
/// <param name="ExpectedCostCents">The price that the caller expects; null for any.</param>
/// <param name="RetryOf">The job that is tried again with it, if any.</param>
/// <param name="FieldPrefix">Prepended to the names of the parameters in errors.</param>
internal sealed record JobSpecification(
    JobType Type, string ProjectId, string SourceKey, decimal? StatedSeconds, Work Work, long? ExpectedCostCents, Guid? RetryOf = null,
    string FieldPrefix = "");
