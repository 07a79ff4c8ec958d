namespace ReelBallers.Jobs;

/// <summary>
/// A job that ended a while ago, with its path and its runs, as the JSON of their rows. A column that is added to those tables later must
/// therefore be nullable.
/// </summary>
internal sealed class ArchivedJob
{
    public Guid JobId { get; init; }

    public Guid UserId { get; init; }

    public JobStatus Status { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ArchivedAt { get; init; }

    public required string Job { get; init; }

    public required string Runs { get; init; }
}
