namespace ReelBallers.Payments;

/// <summary>Work that one replica at a time does.</summary>
internal sealed class WorkerLease
{
    public required string Name { get; init; }

    /// <summary>The round that has it.</summary>
    public Guid Holder { get; init; }

    public DateTimeOffset LeasedUntil { get; init; }

    /// <summary>From when on the next round may begin.</summary>
    public DateTimeOffset DueAt { get; init; }
}
