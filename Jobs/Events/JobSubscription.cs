using System.Threading.Channels;

namespace ReelBallers.Jobs;

/// <summary>One stream's subscription to one job. Changes that arrive before the stream reads are merged.</summary>
internal sealed class JobSubscription(Guid jobId, Action<JobSubscription> remove) : IDisposable
{
    private readonly Channel<bool> _pulse = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Guid JobId => jobId;

    public void Pulse() => _pulse.Writer.TryWrite(true);

    /// <returns>False when nothing changed within <paramref name="longest"/>.</returns>
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
