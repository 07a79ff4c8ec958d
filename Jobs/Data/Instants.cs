namespace ReelBallers.Jobs;

internal static class Instants
{
    /// <summary>As PostgreSQL keeps it: what was written equals what is read.</summary>
    public static DateTimeOffset ToMicroseconds(this DateTimeOffset instant) =>
        instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}
