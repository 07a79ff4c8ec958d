namespace ReelBallers.Jobs;

internal static class TimestampPrecision
{
    /// <summary>As PostgreSQL keeps it: what was written equals what is read.</summary>
    public static DateTimeOffset TruncateToMicroseconds(this DateTimeOffset instant) =>
        instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}
