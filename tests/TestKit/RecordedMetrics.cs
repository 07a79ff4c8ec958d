using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace ReelBallers.TestKit;

/// <summary>Records what one service of this process measures.</summary>
public sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _measured = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new();

    /// <param name="services">The service's container.</param>
    public RecordedMetrics(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory)
                && instrument.Meter.Name.StartsWith("ReelBallers.", StringComparison.Ordinal))
            {
                _instruments[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The instruments by name.</summary>
    public IReadOnlyDictionary<string, Instrument> Instruments => _instruments;

    /// <summary>What was measured under that name with these tags (and perhaps more), oldest first.</summary>
    public IReadOnlyList<double> Of(string name, params (string Name, string Value)[] tags) =>
    [
        .. _measured.Where(one => one.Name == name
            && tags.All(tag => one.Tags.Any(known => known.Key == tag.Name && tag.Value.Equals(known.Value)))).Select(one => one.Value),
    ];

    /// <summary>What a gauge shows now.</summary>
    public double Gauge(string name, params (string Name, string Value)[] tags)
    {
        _listener.RecordObservableInstruments();
        return Of(name, tags)[^1];
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue(new Measured(instrument.Name, value, tags.ToArray()));

    private sealed record Measured(string Name, double Value, KeyValuePair<string, object?>[] Tags);
}
