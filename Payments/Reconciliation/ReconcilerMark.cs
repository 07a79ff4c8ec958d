namespace ReelBallers.Payments;

/// <summary>How far a step of the reconciler has come.</summary>
internal sealed class ReconcilerMark
{
    /// <summary>The step's name; <see cref="Round"/> for the rounds as a whole.</summary>
    public required string Name { get; init; }

    /// <summary>Everything that Stripe created before was compared.</summary>
    public DateTimeOffset ReachedAt { get; init; }

    /// <summary>When a run of it was last complete.</summary>
    public DateTimeOffset CompletedAt { get; init; }

    /// <summary>When a run that looks back the whole configured time was last complete; null: never.</summary>
    public DateTimeOffset? DeepAt { get; init; }

    public const string Round = "round";
}
