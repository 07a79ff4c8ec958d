using Microsoft.EntityFrameworkCore;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs.Tests;

/// <summary>A job with its intents and runs in memory, changed as in the service and never written to a database.</summary>
internal sealed class JobBench : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan AbandonAfter = TimeSpan.FromSeconds(30);

    // What leads to each state.
    private static readonly Dictionary<JobState, JobEvent[]> Paths = new()
    {
        [JobState.Created] = [],
        [JobState.Queued] = [JobEvent.HoldConfirmed],
        [JobState.Running] = [JobEvent.HoldConfirmed, JobEvent.Progressed],
        [JobState.Abandoned] = [JobEvent.HoldNotConfirmed],
        [JobState.Completing] = [JobEvent.HoldConfirmed, JobEvent.Delivered],
        [JobState.Failing] = [JobEvent.HoldConfirmed, JobEvent.RunFailed],
        [JobState.Cancelling] = [JobEvent.HoldConfirmed, JobEvent.CancelRequested],
        [JobState.TimingOut] = [JobEvent.HoldConfirmed, JobEvent.DeadlinePassed],
        [JobState.Completed] = [JobEvent.HoldConfirmed, JobEvent.Delivered, JobEvent.HoldEnded],
        [JobState.Failed] = [JobEvent.HoldConfirmed, JobEvent.RunFailed, JobEvent.HoldEnded],
        [JobState.Cancelled] = [JobEvent.HoldConfirmed, JobEvent.CancelRequested, JobEvent.HoldEnded],
        [JobState.TimedOut] = [JobEvent.HoldConfirmed, JobEvent.DeadlinePassed, JobEvent.HoldEnded],
        [JobState.Deleted] = [JobEvent.HoldRejected],
    };

    private readonly NpgsqlDataSource _dataSource = NpgsqlDataSource.Create("Host=localhost");
    private readonly JobsDbContext _context;
    private readonly List<Intent> _intents = [];
    private readonly List<Run> _runs = [];

    public JobBench()
    {
        _context = new JobsDbContext(
            (DbContextOptions<JobsDbContext>)new DbContextOptionsBuilder<JobsDbContext>().UseServiceDatabase(_dataSource).Options);
        Job = NewJob();
        _context.Jobs.Add(Job);
        Locked = new LockedJob(
            _context, Job, _intents, new LockedRuns(_context, Job.JobId, _runs, Now), AbandonAfter, Now);
        Locked.Add(IntentKind.Abandon, AbandonAfter);
    }

    public Job Job { get; }

    public LockedJob Locked { get; }

    public static JobBench In(JobState state)
    {
        var bench = new JobBench();
        foreach (var happened in Paths[state])
        {
            Assert.True(bench.Happens(happened), $"{happened} on the way to {state}");
        }
        Assert.Equal(state, bench.Job.State);
        return bench;
    }

    /// <summary>Applies the event with all that it can bring along. A job that is queued has one run at RunPod.</summary>
    public bool Happens(JobEvent happened)
    {
        var hasChanged = Locked.Apply(happened, new JobFacts
        {
            Error = "Why.",
            Output = new JobOutput(1, "key", 7, CostCents: 3),
            Progress = 40,
            Delay = TimeSpan.FromSeconds(5),
            HoldTransferId = "user-1",
            HoldEnd = happened == JobEvent.HoldEnded && Job.Outcome == JobStatus.Completed
                ? new HoldEndAnswer(HoldEnd.Done, SettledCents: 3, SettlementTransferId: "user-2", RefundTransferId: "user-3")
                : new HoldEndAnswer(HoldEnd.Done, "some_code", RefundTransferId: "user-2"),
        });
        if (hasChanged && happened == JobEvent.HoldConfirmed && Job.State == JobState.Queued)
        {
            Locked.Runs.Start("endpoint").Identify("runpod-id");
            _runs[0].Apply(RunEvent.Accepted, Now);
            Locked.Remove(IntentKind.Dispatch);
            Locked.Add(IntentKind.Poll);
        }
        return hasChanged;
    }

    /// <summary>What there is to do: the intents, with the seconds until they are due, and the runs.</summary>
    public string Todo() => Job.State == JobState.Deleted
        ? "rows are gone"
        : string.Join(
            ", ",
            [
                .. _intents.OrderBy(intent => intent.Kind).Select(intent => intent.Kind.ToText()
                    + (intent.DueAt > Now ? $" in {(intent.DueAt - Now).TotalSeconds} s" : "")
                    + (intent.DeadSince is null ? "" : $" is dead: {intent.LastError}")),
                .. _runs.Select(run => $"run {run.State.ToText()}"),
            ]);

    /// <summary>Every stored field, to compare.</summary>
    public string Snapshot() => string.Join(
        '\n',
        _context.ChangeTracker.Entries().OrderBy(entry => entry.Metadata.Name, StringComparer.Ordinal).Select(entry =>
            $"{entry.Metadata.ShortName()} {entry.State}: "
            + string.Join(", ", entry.Properties.Select(property => $"{property.Metadata.Name}={property.CurrentValue}"))));

    public void Dispose()
    {
        _context.Dispose();
        _dataSource.Dispose();
    }

    private static Job NewJob() => new(Now)
    {
        JobId = Guid.NewGuid(),
        UserId = Guid.NewGuid(),
        ProjectId = "project",
        SourceKey = "key",
        CostCents = 5,
        PaidSeconds = 30,
        Work = new Work([], [], null, "1080p"),
    };
}
