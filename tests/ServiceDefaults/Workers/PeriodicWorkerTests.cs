using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class PeriodicWorkerTests : IDisposable
{
    private const string Outage = "Warning worker: The work failed; it is retried until it succeeds (The database has gone)";
    private const string Unexpected = "Error worker: The work failed; it is retried until it succeeds";
    private const string Recovered = "Information worker: Recovered: The work failed";

    private readonly ManualClock _clock = new();
    private readonly CollectedLogs _logs = new();
    private readonly TestWorker _worker;

    public PeriodicWorkerTests() => _worker = new TestWorker(_clock, _logs.CreateLogger("worker"));

    public void Dispose()
    {
        _worker.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_round_is_due_each_interval_from_the_start_on()
    {
        await _worker.StartAsync(CancellationToken.None);
        for (var round = 1; round <= 3; round++)
        {
            await _worker.NextRoundAsync();
            Assert.Equal(round, _worker.Rounds);
        }
        await StopAsync();
        Assert.Empty(_logs.Lines);
    }

    [Fact]
    public async Task An_outage_is_logged_without_its_stack_when_it_begins_and_when_it_is_over()
    {
        Fail(() => new NpgsqlException("The database has gone"), times: 3);
        await RunAsync(rounds: 5);
        Assert.Equal([Outage, Recovered], _logs.Lines.Select(line => line.Trim()));
    }

    [Fact]
    public async Task A_second_outage_is_logged_again()
    {
        Fail(() => new NpgsqlException("The database has gone"), times: 1);
        _worker.Script.Enqueue(_ => Task.CompletedTask);
        Fail(() => new NpgsqlException("The database has gone"), times: 1);
        await RunAsync(rounds: 4);
        Assert.Equal([Outage, Recovered, Outage, Recovered], _logs.Lines.Select(line => line.Trim()));
    }

    [Fact]
    public async Task An_unexpected_failure_is_logged_with_its_stack_once_per_type_until_a_round_succeeds()
    {
        Fail(() => new InvalidOperationException("first bug"), times: 2);
        Fail(() => new FormatException("second bug"), times: 1);
        Fail(() => new InvalidOperationException("first bug"), times: 1);
        _worker.Script.Enqueue(_ => Task.CompletedTask);
        Fail(() => new InvalidOperationException("first bug"), times: 1);
        await RunAsync(rounds: 7);
        Assert.Collection(_logs.Lines,
            line => AssertHasStack(line, "first bug"),
            line => AssertHasStack(line, "second bug"),
            line => Assert.StartsWith(Recovered, line, StringComparison.Ordinal),
            line => AssertHasStack(line, "first bug"),
            line => Assert.StartsWith(Recovered, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bug_during_an_outage_is_logged_too()
    {
        Fail(() => new NpgsqlException("The database has gone"), times: 1);
        Fail(() => new InvalidOperationException("bug"), times: 1);
        Fail(() => new NpgsqlException("The database has gone"), times: 1);
        await RunAsync(rounds: 5);
        Assert.Collection(_logs.Lines,
            line => Assert.StartsWith(Outage, line, StringComparison.Ordinal),
            line => AssertHasStack(line, "bug"),
            line => Assert.StartsWith(Recovered, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_timeout_inside_a_round_does_not_end_the_loop()
    {
        Fail(() => new OperationCanceledException("timed out"), times: 1);
        await RunAsync(rounds: 2);
        Assert.Contains(_logs.Lines, line => line.Contains("(timed out)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_during_a_round_cancels_it_and_logs_nothing(bool doesRoundFail)
    {
        _worker.Script.Enqueue(async token =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }
            catch (OperationCanceledException) when (doesRoundFail)
            {
                throw new NpgsqlException("Cancelled in a way of its own");
            }
        });
        await RunAsync(rounds: 1);
        Assert.Empty(_logs.Lines);
    }

    [Fact]
    public void Jitter_spreads_the_interval_to_both_sides_and_no_further()
    {
        var work = new PeriodicWork(TimeSpan.FromMinutes(4), "") { Jitter = 0.25 };
        var intervals = Enumerable.Range(0, 2_000).Select(_ => work.NextInterval()).ToList();
        Assert.All(intervals, interval => Assert.InRange(interval, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(5)));
        Assert.Contains(intervals, interval => interval < TimeSpan.FromMinutes(3.5));
        Assert.Contains(intervals, interval => interval > TimeSpan.FromMinutes(4.5));
    }

    private void Fail(Func<Exception> failure, int times)
    {
        for (var time = 0; time < times; time++)
        {
            _worker.Script.Enqueue(_ => Task.FromException(failure()));
        }
    }

    private async Task RunAsync(int rounds)
    {
        await _worker.StartAsync(CancellationToken.None);
        for (var round = 0; round < rounds; round++)
        {
            await _worker.NextRoundAsync();
        }
        await StopAsync();
    }

    private async Task StopAsync()
    {
        await _worker.StopAsync(CancellationToken.None);
        Assert.True(_worker.ExecuteTask!.IsCompleted);
        Assert.False(_worker.ExecuteTask.IsFaulted, _worker.ExecuteTask.Exception?.ToString());
    }

    private static void AssertHasStack(string line, string message)
    {
        Assert.StartsWith(Unexpected, line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.Contains("   at ", line, StringComparison.Ordinal);
    }
}
