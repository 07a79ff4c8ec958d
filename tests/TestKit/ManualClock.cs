namespace ReelBallers.TestKit;

/// <summary>A clock that stands still until the test moves it; timers and delays on it come due with it.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;

    /// <summary>Begins at the real time.</summary>
    public ManualClock() : this(System.GetUtcNow())
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>
    /// Moves on, and runs what comes due on the way, in order. A periodic timer runs once for a step of several periods, as
    /// <see cref="PeriodicTimer"/> does for a reader that is late: a step of a year would run one of a second 30 million times.
    /// </summary>
    public void Advance(TimeSpan step)
    {
        var end = GetUtcNow() + step;
        while (true)
        {
            ManualTimer? due;
            lock (_gate)
            {
                due = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _now = due is null ? end : due.Due > _now ? due.Due!.Value : _now;
                due?.Rearm(end);
            }

            if (due is null)
            {
                return;
            }

            due.Run();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
            }

            if (dueTime == TimeSpan.Zero)
            {
                clock.Advance(TimeSpan.Zero);
            }

            return true;
        }

        // The next due time after the end, a whole number of periods on.
        public void Rearm(DateTimeOffset end) =>
            Due = _period > TimeSpan.Zero ? Due + (((end - Due!.Value).Ticks / _period.Ticks + 1) * _period) : null;

        public void Run() => callback(state);

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
