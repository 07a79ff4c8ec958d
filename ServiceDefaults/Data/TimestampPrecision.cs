namespace ReelBallers.ServiceDefaults;

/// <summary>Timestamps with PostgreSQL's precision.</summary>
public static class TimestampPrecision
{
    /// <summary>Truncates to microseconds, so that a value reads back as it was written.</summary>
    public static DateTimeOffset TruncateToMicroseconds(this DateTimeOffset instant) =>
        instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}
