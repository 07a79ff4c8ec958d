namespace ReelBallers.AppHost;

/// <summary>What is known of a process of the stack and its predecessors. Not safe for several threads.</summary>
internal sealed class ProcessLife(TimeProvider time)
{
    // Aspire shows the state of before for a moment after it has begun a start.
    private static readonly TimeSpan StartShows = TimeSpan.FromSeconds(15);
    private readonly Backoff _backoff = new();
    private CustomResourceSnapshot? _latest;
    private long _runningSince;
    private long _startedAt;
    private bool _wasStopped;
    private bool _isNew;
    private bool _isRestarting;

    /// <summary>Whether it has ever been healthy.</summary>
    public bool WasHealthy { get; private set; }

    /// <summary>How often it has ended before it was ever healthy.</summary>
    public int Failures { get; private set; }

    /// <summary>The latest that Aspire has told.</summary>
    public CustomResourceSnapshot Latest => _latest ?? throw new InvalidOperationException("Nothing was told yet.");

    /// <summary>Takes what Aspire tells.</summary>
    public void See(CustomResourceSnapshot snapshot)
    {
        var (before, state) = (_latest?.State?.Text, snapshot.State?.Text);
        if (state == KnownResourceStates.Running)
        {
            if (before != state)
            {
                _runningSince = time.GetTimestamp();
            }
            WasHealthy |= snapshot.HealthStatus is Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;
        }
        if (!IsTerminal(state))
        {
            _wasStopped = state is null ? _wasStopped : state == KnownResourceStates.Stopping;
        }
        // A short run between two ends may not have been told.
        _isNew |= IsTerminal(state) && before is not null
            && (!IsTerminal(before) || snapshot.StartTimeStamp > _latest!.StartTimeStamp);
        _latest = state is null && _latest is not null ? snapshot with { State = _latest.State } : snapshot;
    }

    /// <summary>
    /// Whether the process has ended by itself and is to be started now; the caller says with <see cref="Restarted"/> when that is done.
    /// </summary>
    public bool TryBeginRestart()
    {
        var isDue = _latest is not null && IsTerminal(_latest.State?.Text) && !_wasStopped && !_isRestarting
            && (_isNew || (_startedAt != 0 && time.GetElapsedTime(_startedAt) > StartShows));
        if (isDue)
        {
            (_isRestarting, _isNew) = (true, false);
            Failures += WasHealthy ? 0 : 1;
        }
        return isDue;
    }

    /// <summary>How long to wait before the start.</summary>
    public TimeSpan NextDelay() => _backoff.After(time.GetElapsedTime(_runningSince));

    /// <summary>The start was asked for. Where it shows no effect, it is due again.</summary>
    public void Restarted() => (_isRestarting, _startedAt) = (false, time.GetTimestamp());

    private static bool IsTerminal(string? state) => state is not null && KnownResourceStates.TerminalStates.Contains(state);
}
