using System.Text.Json.Serialization;

namespace ReelBallers.Jobs;

/// <summary>A job as its user sees it; its place and the time to its end only where one job is asked for.</summary>
internal record JobView(
    Guid JobId, string ProjectId, JobType Type, JobStatus Status, int Progress, long CostCents, long RefundedCents,
    string? Error, OutputView? Output, int? QueuePosition, int? EstimatedSeconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? RetryOf,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

internal sealed record OutputView(string Key, long SizeBytes);

internal sealed record JobListView(IReadOnlyList<JobView> Jobs, string? NextCursor);

internal sealed record AcceptedView(
    Guid JobId, JobStatus Status, long CostCents, long BalanceCents,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? RetryOf);

internal sealed record QuoteView(JobType Type, long CostCents);

/// <summary>
/// The price per unit of video by type, and the percentages that it is multiplied with. Durations are rounded up to whole seconds,
/// prices to whole cents.
/// </summary>
internal sealed record PricingView(
    IReadOnlyDictionary<string, long> BaseCents, int UnitSeconds, long MinimumCents, int MaxDurationSeconds,
    IReadOnlyDictionary<string, long> ResolutionPercent, IReadOnlyDictionary<string, long> SourceResolutionPercent,
    IReadOnlyDictionary<string, long> FrameRatePercent, IReadOnlyList<ModelView> Models);

/// <summary>A model of the catalogue; its price takes the place of the job type's.</summary>
internal sealed record ModelView(string Name, int Factor, long BaseCents, IReadOnlyList<string> Types);

internal sealed record DownloadView(string Url, DateTimeOffset ExpiresAt, string Filename);

internal sealed record ReceivedView(bool Received);
