namespace ReelBallers.ServiceDefaults;

/// <summary>Wakes a loop of this process. Several calls before the loop waits wake it once.</summary>
public sealed class WakeSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    /// <summary>Ends the loop's wait, or its next one.</summary>
    public void Wake()
    {
        lock (_signal)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    /// <summary>Waits until <see cref="Wake"/> is called, at most for that long.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _signal.WaitAsync(longest, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();
}
