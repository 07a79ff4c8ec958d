using System.Diagnostics.Metrics;

namespace ReelBallers.Storage;

/// <summary>The service's metrics.</summary>
internal sealed class StorageMeter
{
    private readonly Counter<long> _failures;

    public StorageMeter(IMeterFactory factory)
    {
        var meter = factory.Create("ReelBallers.Storage");
        _failures = meter.CreateCounter<long>(
            "storage.r2.failures", "{call}", "Calls of R2 that failed, by reason: bucket_missing, rejected or outage.");
    }

    public void Failed(string reason) => _failures.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
