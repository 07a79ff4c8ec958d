namespace ReelBallers.Jobs.Tests;

public class CallRateTests
{
    [Fact]
    public async Task No_more_calls_than_the_limit_are_permitted_at_once()
    {
        using var rate = new CallRate(perSecond: 2, concurrent: 1000, replicas: () => 1);
        Assert.Equal(20, await PermittedAsync(rate, 30));
    }

    [Fact]
    public async Task Replicas_share_the_limit()
    {
        using var rate = new CallRate(perSecond: 2, concurrent: 1000, replicas: () => 4);
        Assert.Equal(5, await PermittedAsync(rate, 30));
    }

    [Fact]
    public async Task A_share_that_shrinks_counts_what_was_used_before()
    {
        var replicas = 1;
        using var rate = new CallRate(perSecond: 2, concurrent: 1000, replicas: () => replicas);
        Assert.Equal(8, await PermittedAsync(rate, 8));
        replicas = 2;
        Assert.Equal(2, await PermittedAsync(rate, 30));
        replicas = 1;
        Assert.Equal(10, await PermittedAsync(rate, 30));
    }

    [Fact]
    public async Task Open_calls_are_limited_until_they_end()
    {
        using var rate = new CallRate(perSecond: 1000, concurrent: 3, replicas: () => 1);
        var open = new[] { await rate.AcquireAsync(default), await rate.AcquireAsync(default), await rate.AcquireAsync(default) };
        var waiting = rate.AcquireAsync(default).AsTask();
        Assert.False(waiting.IsCompleted);
        open[0].Dispose();
        using var next = await waiting;
        Assert.True(next.IsAcquired);
    }

    private static async Task<int> PermittedAsync(CallRate rate, int calls)
    {
        using var stop = new CancellationTokenSource();
        var tasks = Enumerable.Range(0, calls).Select(_ => rate.AcquireAsync(stop.Token).AsTask()).ToList();
        // Permits that are there are given without waiting.
        var permitted = tasks.Count(task => task is { IsCompletedSuccessfully: true, Result.IsAcquired: true });
        await stop.CancelAsync();
        foreach (var task in tasks)
        {
            await task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        return permitted;
    }
}
