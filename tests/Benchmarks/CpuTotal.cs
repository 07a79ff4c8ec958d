using System.Globalization;

namespace ReelBallers.Benchmarks;

/// <summary>The CPU time that a process and its children use while it is measured.</summary>
internal sealed class CpuTotal(int processId)
{
    private TimeSpan? _begin;
    private TimeSpan? _sum = TimeSpan.Zero;

    public void Begin() => _begin = CpuClock.OfFamily(processId);

    public void End() => _sum += CpuClock.OfFamily(processId) - _begin;

    /// <summary>One operation's share, as text.</summary>
    public string Each(long operations) => _sum is { } sum
        ? string.Create(CultureInfo.InvariantCulture, $"{sum.TotalMicroseconds / operations:0.0} µs")
        : "unknown";
}
