namespace ReelBallers.ServiceDefaults;

/// <summary>Deadlines of outgoing calls.</summary>
public static class RpcDeadlines
{
    /// <summary>From now on, by the system's clock, with which the client compares it.</summary>
    public static DateTime After(TimeSpan timeout) => TimeProvider.System.GetUtcNow().UtcDateTime + timeout;
}
