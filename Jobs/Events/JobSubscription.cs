using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>One stream's subscription to one job.</summary>
internal sealed class JobSubscription(Guid jobId, TimeProvider time, Action<JobSubscription> remove) : IDisposable
{
    public Guid JobId => jobId;

    /// <summary>
    /// True when the job has changed, false when a change may have been missed; changes before the stream reads are merged.
    /// </summary>
    public LatestValue<bool> Changes { get; } = new(time);

    public void Dispose() => remove(this);
}
