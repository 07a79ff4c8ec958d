using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

public sealed class StartWorkTests
{
    [Fact]
    public async Task Work_that_throws_is_repeated_and_does_not_end_the_service()
    {
        var clock = new ManualClock();
        using var work = new FailsOnce(clock);
        await work.StartAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(work.ExecuteTask!.IsCompleted);
            },
            "the work ends");
        await work.ExecuteTask!;
        Assert.Equal(2, work.Attempts);
    }

    private sealed class FailsOnce(TimeProvider time) : StartWork(time, NullLogger.Instance)
    {
        public int Attempts { get; private set; }

        protected override Task<bool> TryAsync(CancellationToken cancellationToken) =>
            ++Attempts == 1 ? throw new InvalidOperationException("A bug.") : Task.FromResult(true);
    }
}
