namespace ReelBallers.Storage;

/// <summary>How far a walk over the bucket has come, so that another replica or the next start continues it.</summary>
internal sealed class SweepPosition
{
    public required string Name { get; init; }

    /// <summary>The last key that was compared; empty at the beginning.</summary>
    public required string Key { get; init; }
}
