namespace ReelBallers.Payments;

/// <summary>What has become of a stored event. The numbers are those of the database.</summary>
internal enum EventState : short
{
    /// <summary>Its effect is still to come.</summary>
    Pending = 1,

    /// <summary>Its effect is there, or it has none.</summary>
    Done = 2,

    /// <summary>Given up, or in need of a person: nothing happens to it until an operator acts.</summary>
    Dead = 3,
}
