using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

/// <summary>A worker whose rounds the test triggers by its clock and scripts one by one.</summary>
internal sealed class TestWorker(AdvisoryLock? held, ManualClock clock, ILogger logger)
    : PeriodicWorker(new PeriodicWork(Interval, "The work failed") { Lock = held }, clock, logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Channel<int> _started = Channel.CreateUnbounded<int>();
    private int _rounds;

    public TestWorker(ManualClock clock, ILogger logger) : this(null, clock, logger)
    {
    }

    /// <summary>What the next rounds do; a round without an entry succeeds.</summary>
    public ConcurrentQueue<Func<CancellationToken, Task>> Script { get; } = new();

    public int Rounds => Volatile.Read(ref _rounds);

    /// <summary>Moves the clock by an interval and waits until that round starts, by when the one before it is over and reported.</summary>
    public async Task NextRoundAsync()
    {
        clock.Advance(Interval);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _started.Reader.ReadAsync(patience.Token);
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken)
    {
        _started.Writer.TryWrite(Interlocked.Increment(ref _rounds));
        return Script.TryDequeue(out var step) ? step(cancellationToken) : Task.CompletedTask;
    }
}
