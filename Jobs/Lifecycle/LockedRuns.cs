namespace ReelBallers.Jobs;

/// <summary>The runs of a job whose rows are locked in a transaction. Runs are changed only here and in <see cref="Run"/>.</summary>
internal sealed class LockedRuns(JobsDbContext context, Guid jobId, List<Run> runs, DateTimeOffset now)
{
    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Run> All => runs;

    public bool AnyOpen => runs.Exists(run => run.IsOpen);

    /// <summary>How many were at RunPod and ended there without an output.</summary>
    public int LostCount => runs.Count(run => run.IsLostAtRunPod);

    public bool AnyToCancel => runs.Exists(run => run.NeedsCancel);

    /// <summary>The number of the run that is submitted next.</summary>
    public static int Next(IReadOnlyList<Run> runs) => runs.Count == 0 ? 1 : runs[^1].Number + 1;

    public Run? Find(int number) => runs.Find(run => run.Number == number);

    /// <summary>Adds the run that is about to be submitted.</summary>
    public Run Start(string endpointId)
    {
        var run = new Run(jobId, Next(runs), endpointId, now);
        runs.Add(run);
        context.Runs.Add(run);
        return run;
    }

    /// <summary>Forgets a submission that RunPod answered without accepting it.</summary>
    public void Discard(int number)
    {
        if (Find(number) is { RunPodId: null, IsOpen: true } run)
        {
            runs.Remove(run);
            context.Runs.Remove(run);
        }
    }

    /// <summary>A callback has named this id: it belongs to a run whose id is unknown, unless a run has it already.</summary>
    public void Hint(string runPodId)
    {
        if (!runs.Exists(run => run.KnownId == runPodId))
        {
            var candidates = runs.Where(run => run is { RunPodId: null, EndedAt: null }).ToList();
            (candidates.Find(run => run.HintedRunPodId is null) ?? candidates.LastOrDefault())?.Hint(runPodId);
        }
    }

    /// <summary>The job is decided: no run is waited for.</summary>
    public void Close(JobStatus outcome)
    {
        var happened = outcome switch
        {
            JobStatus.Cancelled => RunEvent.CancelRequested,
            JobStatus.TimedOut => RunEvent.DeadlinePassed,
            JobStatus.Created or JobStatus.Queued or JobStatus.Running or JobStatus.Completed or JobStatus.Failed => RunEvent.GivenUp,
        };
        foreach (var run in runs.Where(run => run.IsOpen))
        {
            run.Apply(happened, now);
        }
    }
}
