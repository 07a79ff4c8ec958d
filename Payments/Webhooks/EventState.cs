namespace ReelBallers.Payments;

/// <summary>The state of a stored event. The numbers are stored in the database.</summary>
internal enum EventState : short
{
    /// <summary>Not handled yet.</summary>
    Pending = 1,

    /// <summary>Handled, or without effect.</summary>
    Done = 2,

    /// <summary>Not retried: an operator must act.</summary>
    Dead = 3,
}
