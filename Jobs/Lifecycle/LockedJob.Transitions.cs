namespace ReelBallers.Jobs;

// The transitions of the job, by the table in JobRules.
internal sealed partial class LockedJob
{
    /// <summary>Changes the job as the table says, with what follows from it.</summary>
    /// <returns>False when the event changes nothing in its state.</returns>
    public bool Apply(JobEvent happened, JobFacts facts)
    {
        var wasFinal = job.Status.IsFinal();
        if (job.Apply(happened, facts, now) is not { } effects)
        {
            return false;
        }
        // A job whose hold was never confirmed is not seen by its user.
        HasEnded |= !wasFinal && job.Status.IsFinal() && job.IsHeld;
        foreach (var effect in Enum.GetValues<JobEffects>().Where(effect => effect != JobEffects.None && effects.HasFlag(effect)))
        {
            Bring(effect, facts);
        }
        return true;
    }

    /// <summary>The hold is confirmed: the job becomes visible and is dispatched. False when it was abandoned.</summary>
    public bool Queue(string? holdTransferId = null) =>
        Apply(JobEvent.HoldConfirmed, new JobFacts { HoldTransferId = holdTransferId }) && job.State == JobState.Queued;

    /// <summary>Fails a job whose hold was never confirmed: its caller got no job id.</summary>
    public void Abandon() => Apply(JobEvent.HoldNotConfirmed, new JobFacts { Error = "The job could not be started." });

    /// <summary>A worker runs it.</summary>
    public void Progress(int percent) => Apply(JobEvent.Progressed, new JobFacts { Progress = percent });

    /// <summary>Ends the job without an output; false when it was already decided.</summary>
    public bool End(JobStatus outcome, string error) => Apply(
        outcome switch
        {
            JobStatus.Failed => JobEvent.RunFailed,
            JobStatus.Cancelled => JobEvent.CancelRequested,
            JobStatus.TimedOut => JobEvent.DeadlinePassed,
            JobStatus.Created or JobStatus.Queued or JobStatus.Running or JobStatus.Completed =>
                throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an end without an output."),
        },
        new JobFacts { Error = error });

    /// <summary>Ends the job with an output; false when it was already decided.</summary>
    /// <param name="output">What is in storage.</param>
    public bool Complete(JobOutput output)
    {
        if (!Apply(JobEvent.Delivered, new JobFacts { Output = output }))
        {
            return false;
        }
        if (output.Path is { } path && job.Outcome == JobStatus.Completed)
        {
            context.Paths.Add(new JobPath { JobId = job.JobId, Path = path });
        }
        return true;
    }

    /// <summary>Gives up a step that fails again and again by what may be a bug: the job ends, and an operator looks at it.</summary>
    public void GiveUp(IntentKind kind, string error)
    {
        DeadLetter(kind, error);
        if (kind is IntentKind.Dispatch or IntentKind.Poll)
        {
            End(JobStatus.Failed, "The job ended by an internal error.");
        }
    }

    private void Bring(JobEffects effect, JobFacts facts)
    {
        switch (effect)
        {
            case JobEffects.EndAcceptance:
                Remove(IntentKind.Abandon);
                break;
            case JobEffects.Dispatch:
                Add(IntentKind.Dispatch, facts.Delay);
                break;
            case JobEffects.StopRuns:
                StopRuns(facts.Output?.Run);
                break;
            case JobEffects.EndHold:
                // The hold of a job that is still being accepted may be in flight: its release must come later.
                Add(IntentKind.EndHold, job.IsHeld ? TimeSpan.Zero : job.CreatedAt + abandonAfter - now);
                break;
            case JobEffects.HoldIsEnded:
                Remove(IntentKind.EndHold);
                break;
            case JobEffects.AskOperator:
                DeadLetter(IntentKind.EndHold, facts.HoldEnd.Code ?? "unknown");
                break;
            case JobEffects.Delete:
                context.Intents.RemoveRange(intents);
                context.Jobs.Remove(job);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect, "Not an effect.");
        }
    }

    private void StopRuns(int? winner)
    {
        if (winner is { } number && job.Outcome == JobStatus.Completed)
        {
            runs.Find(number)?.Apply(RunEvent.Delivered, now);
        }
        Remove(IntentKind.Dispatch);
        Remove(IntentKind.Poll);
        runs.Close(job.Outcome!.Value);
        if (runs.AnyToCancel)
        {
            Add(IntentKind.Cancel);
        }
    }
}
