namespace ReelBallers.Payments;

/// <summary>Work that one replica at a time performs.</summary>
internal sealed class WorkerLease
{
    public required string Name { get; init; }

    /// <summary>The run that holds it.</summary>
    public Guid Holder { get; init; }

    public DateTimeOffset LeasedUntil { get; init; }

    /// <summary>The earliest start of the next run.</summary>
    public DateTimeOffset DueAt { get; init; }
}
