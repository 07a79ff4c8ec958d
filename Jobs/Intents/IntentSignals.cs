namespace ReelBallers.Jobs;

/// <summary>Wakes the loop of a kind in this process; <see cref="IntentListener"/> does so for intents of other replicas.</summary>
internal sealed class IntentSignals
{
    private readonly Dictionary<IntentKind, SemaphoreSlim> _signals =
        Enum.GetValues<IntentKind>().ToDictionary(kind => kind, _ => new SemaphoreSlim(0, 1));

    public void Wake(IntentKind kind)
    {
        var signal = _signals[kind];
        lock (signal)
        {
            if (signal.CurrentCount == 0)
            {
                signal.Release();
            }
        }
    }

    public Task WaitAsync(IntentKind kind, TimeSpan longest, CancellationToken cancellationToken) =>
        _signals[kind].WaitAsync(longest, cancellationToken);
}
