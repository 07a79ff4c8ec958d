namespace ReelBallers.Payments;

/// <summary>An event exactly as Stripe sent it, and its state.</summary>
internal sealed class StoredEvent
{
    /// <summary>Stripe's event id.</summary>
    public required string Id { get; init; }

    public required string Type { get; init; }

    /// <summary>The signed body, byte for byte.</summary>
    public required string Payload { get; init; }

    /// <summary>When it happened, by Stripe's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public EventState State { get; init; }

    /// <summary>A stable code; null while pending.</summary>
    public string? Outcome { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    public int Attempts { get; init; }

    /// <summary>The end of the current attempt's lease; null without one.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>When the worker retries it; another delivery by Stripe retries it at once.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>The delivery that stored it, as a W3C <c>traceparent</c>: retries continue its trace. Null without one.</summary>
    public string? TraceParent { get; init; }
}
