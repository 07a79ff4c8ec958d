namespace ReelBallers.Payments;

/// <summary>How far a consumer of the payment events has come.</summary>
internal sealed class EventCursor
{
    public required string Name { get; init; }

    /// <summary>The last event that it has handled.</summary>
    public long Sequence { get; init; }
}
