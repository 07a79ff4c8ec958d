using Aspire.Hosting.ApplicationModel;
using ReelBallers.TestKit;

namespace ReelBallers.AppHost.Tests;

/// <summary>When a process of the stack is started again, by what Aspire tells of it.</summary>
public sealed class ProcessLifeTests
{
    private readonly ManualClock _clock = new();
    private readonly ProcessLife _life;
    private int _runs;

    public ProcessLifeTests() => _life = new ProcessLife(_clock);

    [Fact]
    public void A_process_that_ends_by_itself_is_started_once()
    {
        Run();
        Assert.False(_life.TryBeginRestart());
        Tell(KnownResourceStates.Exited);
        Assert.True(_life.TryBeginRestart());
        Tell(KnownResourceStates.Exited);
        Assert.False(_life.TryBeginRestart());
        _life.Restarted();
        Assert.False(_life.TryBeginRestart());
    }

    [Fact]
    public void One_that_was_stopped_is_not_started()
    {
        Run();
        Tell(KnownResourceStates.Stopping);
        Tell(KnownResourceStates.Exited);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_life.TryBeginRestart());
        // By hand, and then it is killed.
        Tell(KnownResourceStates.Starting);
        Run();
        Tell(KnownResourceStates.Exited);
        Assert.True(_life.TryBeginRestart());
    }

    [Fact]
    public void An_end_is_seen_when_the_run_before_it_was_not_told()
    {
        Run();
        Tell(KnownResourceStates.Exited);
        Assert.True(_life.TryBeginRestart());
        _life.Restarted();
        _runs++;
        Tell(KnownResourceStates.Exited);
        Assert.True(_life.TryBeginRestart());
    }

    [Fact]
    public void An_end_during_the_start_is_seen_after_it()
    {
        Run();
        Tell(KnownResourceStates.Exited);
        Assert.True(_life.TryBeginRestart());
        Run();
        Tell(KnownResourceStates.Exited);
        Assert.False(_life.TryBeginRestart());
        _life.Restarted();
        Assert.True(_life.TryBeginRestart());
    }

    [Fact]
    public void A_start_without_effect_is_repeated()
    {
        Run();
        Tell(KnownResourceStates.Exited);
        Assert.True(_life.TryBeginRestart());
        _life.Restarted();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(_life.TryBeginRestart());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_life.TryBeginRestart());
    }

    [Fact]
    public void Only_ends_before_it_was_ever_healthy_are_failures()
    {
        Tell(KnownResourceStates.Starting);
        Tell(KnownResourceStates.Exited);
        Assert.True(_life.TryBeginRestart());
        _life.Restarted();
        Assert.Equal(1, _life.Failures);
        Run();
        Tell(KnownResourceStates.Exited);
        Assert.True(_life.TryBeginRestart());
        Assert.Equal((1, true), (_life.Failures, _life.WasHealthy));
    }

    // Aspire calls a process that runs and has no health check healthy.
    private void Run()
    {
        _runs++;
        Tell(KnownResourceStates.Running);
    }

    private void Tell(string state) => _life.See(new CustomResourceSnapshot
    {
        ResourceType = "Project",
        Properties = [],
        State = state,
        StartTimeStamp = DateTime.UnixEpoch.AddSeconds(_runs),
    });
}
