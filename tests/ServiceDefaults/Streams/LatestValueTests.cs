using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

public class LatestValueTests
{
    [Fact]
    public async Task Only_the_latest_value_is_taken_and_once()
    {
        var clock = new ManualClock();
        var values = new LatestValue<int>(clock);
        for (var n = 1; n <= 1000; n++)
        {
            values.Set(n);
        }
        Assert.Equal(1000, await values.TakeAsync(TimeSpan.FromSeconds(1), CancellationToken.None));

        var next = values.TakeAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await next);
    }

    [Fact]
    public async Task A_waiting_reader_gets_the_next_value()
    {
        var values = new LatestValue<int>(new ManualClock());
        var next = values.TakeAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        values.Set(7);
        Assert.Equal(7, await next);
    }

    [Fact]
    public async Task A_cancelled_reader_throws()
    {
        var values = new LatestValue<int>(new ManualClock());
        using var cancellation = new CancellationTokenSource();
        var next = values.TakeAsync(TimeSpan.FromSeconds(1), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }
}
