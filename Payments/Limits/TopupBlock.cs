namespace ReelBallers.Payments;

/// <summary>A user who cannot start top-ups until an operator says so.</summary>
internal sealed class TopupBlock
{
    public Guid UserId { get; init; }

    /// <summary>What it is about: the id of a lost dispute.</summary>
    public required string Reference { get; init; }

    public DateTimeOffset BlockedAt { get; init; }

    public DateTimeOffset? LiftedAt { get; init; }

    /// <summary>Who lifted it.</summary>
    public string? LiftedBy { get; init; }
}
