namespace ReelBallers.Payments;

/// <summary>The result of an attempt to handle an event.</summary>
internal enum EventAttempt
{
    /// <summary>Done, or left to an operator.</summary>
    Handled,

    /// <summary>A dependency is unavailable: it is retried, and another delivery helps.</summary>
    Outage,

    /// <summary>It failed in a way that another delivery would not change: it is retried from the stored event.</summary>
    Failed,
}
