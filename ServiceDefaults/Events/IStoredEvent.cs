namespace ReelBallers.ServiceDefaults;

/// <summary>An event for other services, which is stored in one transaction with the change that it reports and never changed.</summary>
public interface IStoredEvent
{
    /// <summary>Assigned by the database, in the order of the commits; with gaps.</summary>
    long Sequence { get; }
}
