using System.Diagnostics.Metrics;

namespace ReelBallers.ServiceDefaults;

/// <summary>The bucket boundaries of histograms; the default ones are meant for milliseconds.</summary>
public static class Buckets
{
    /// <summary>Durations of calls and transactions, in seconds.</summary>
    public static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    /// <summary>Delays from seconds to days, in seconds.</summary>
    public static readonly InstrumentAdvice<double> Delays = new()
    {
        HistogramBucketBoundaries = [1, 2, 5, 10, 30, 60, 300, 1_800, 3_600, 21_600, 86_400, 259_200],
    };

    /// <summary>Numbers of items taken at once.</summary>
    public static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024],
    };
}
