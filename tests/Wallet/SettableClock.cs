namespace ReelBallers.Wallet.Tests;

/// <summary>A clock that tests set; timers run in real time.</summary>
public sealed class SettableClock(DateTimeOffset start) : TimeProvider
{
    private long _ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan step) => Interlocked.Add(ref _ticks, step.Ticks);
}
