using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ReelBallers.Payments.Tests;

/// <summary>Sums a counter of this process by its tags.</summary>
internal sealed class CountedMetric : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(long Count, KeyValuePair<string, object?>[] Tags)> _measurements = new();

    public CountedMetric(string name)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => _measurements.Enqueue((count, tags.ToArray())));
        _listener.Start();
    }

    /// <summary>The sum of the measurements with this tag.</summary>
    public long Of(string tag, string value) =>
        _measurements.Where(measurement => measurement.Tags.Contains(new(tag, value))).Sum(measurement => measurement.Count);

    public void Dispose() => _listener.Dispose();
}
