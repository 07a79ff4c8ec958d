namespace ReelBallers.Payments;

/// <summary>How an attempt to act on an event ended.</summary>
internal enum EventAttempt
{
    /// <summary>Done, or left to an operator.</summary>
    Handled,

    /// <summary>Something that is needed is out of reach: it is tried again, and another delivery is welcome.</summary>
    Outage,

    /// <summary>It failed in a way that another delivery does not change: it is tried again from what is stored.</summary>
    Failed,
}
