using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Wakes the loop of a kind in this process; <see cref="IntentListener"/> does so for intents of other replicas.</summary>
internal sealed class IntentSignals
{
    private readonly Dictionary<IntentKind, WakeSignal> _signals =
        Enum.GetValues<IntentKind>().ToDictionary(kind => kind, _ => new WakeSignal());

    public void Wake(IntentKind kind) => _signals[kind].Wake();

    public Task WaitAsync(IntentKind kind, TimeSpan longest, CancellationToken cancellationToken) =>
        _signals[kind].WaitAsync(longest, cancellationToken);
}
