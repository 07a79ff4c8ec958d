namespace ReelBallers.ServiceDefaults;

/// <summary>Whether an alarm is raised, so that it is logged once until it is cleared. Safe to use from several threads.</summary>
public sealed class AlarmState
{
    private int _isRaised;

    /// <summary>Raises it; false when it was raised already.</summary>
    public bool TryRaise() => Interlocked.Exchange(ref _isRaised, 1) == 0;

    /// <summary>Clears it; false when it was not raised.</summary>
    public bool TryClear() => Volatile.Read(ref _isRaised) == 1 && Interlocked.Exchange(ref _isRaised, 0) == 1;
}
