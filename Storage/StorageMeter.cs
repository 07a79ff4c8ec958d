using System.Diagnostics.Metrics;

namespace ReelBallers.Storage;

/// <summary>The service's metrics.</summary>
internal sealed class StorageMeter
{
    private readonly Counter<long> _failures;
    private readonly Counter<long> _looks;

    public StorageMeter(IMeterFactory factory)
    {
        var meter = factory.Create("ReelBallers.Storage");
        _failures = meter.CreateCounter<long>(
            "storage.r2.failures", "{call}", "Calls of R2 that failed, by reason: bucket_missing, rejected or outage.");
        _looks = meter.CreateCounter<long>(
            "storage.video.looks", "{video}", "Uploaded files that were looked at, by result: video, not_a_video or unknown.");
    }

    public void Looked(string result) => _looks.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Failed(string reason) => _failures.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
