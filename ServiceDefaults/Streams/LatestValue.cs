using System.Threading.Channels;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Passes values to one reader and keeps only the latest: a slow reader misses values in between and never blocks the writer.
/// </summary>
/// <param name="time">Times the waiting.</param>
public sealed class LatestValue<T>(TimeProvider time) where T : struct
{
    private readonly Channel<T> _channel = Channel.CreateBounded<T>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Replaces the value that has not been read yet.</summary>
    public void Set(T value) => _channel.Writer.TryWrite(value);

    /// <summary>Waits for a value and takes it; null when none was set within the timeout.</summary>
    public async Task<T?> TakeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await _channel.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
