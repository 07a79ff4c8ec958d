namespace ReelBallers.Benchmarks;

/// <summary>A thread-safe histogram of latencies up to a minute, in microseconds (above 1 s in milliseconds).</summary>
public sealed class Latencies
{
    private const int FineMicroseconds = 1_000_000;
    private readonly int[] _fine = new int[FineMicroseconds];
    private readonly int[] _coarse = new int[60_000];
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add(TimeSpan latency)
    {
        var microseconds = Math.Max(0, (long)latency.TotalMicroseconds);
        if (microseconds < FineMicroseconds)
        {
            Interlocked.Increment(ref _fine[microseconds]);
        }
        else
        {
            Interlocked.Increment(ref _coarse[Math.Min(_coarse.Length - 1, microseconds / 1000)]);
        }
        Interlocked.Increment(ref _count);
    }

    /// <summary>A percentile, in milliseconds.</summary>
    public double Percentile(double percent)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        var seen = 0L;
        for (var i = 0; i < _fine.Length; i++)
        {
            seen += _fine[i];
            if (seen >= wanted)
            {
                return i / 1000.0;
            }
        }
        for (var i = 0; i < _coarse.Length; i++)
        {
            seen += _coarse[i];
            if (seen >= wanted)
            {
                return i;
            }
        }
        return double.NaN;
    }
}
