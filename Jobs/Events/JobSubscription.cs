using System.Threading.Channels;

namespace ReelBallers.Jobs;

/// <summary>One stream's interest in one job. Several changes before it looks are one pulse.</summary>
internal sealed class JobSubscription(Guid jobId, Action<JobSubscription> remove) : IDisposable
{
    private readonly Channel<bool> _pulse = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Guid JobId => jobId;

    public void Pulse() => _pulse.Writer.TryWrite(true);

    /// <returns>False when nothing changed for that long.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await _pulse.Reader.ReadAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => remove(this);
}
