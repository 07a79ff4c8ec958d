using System.Collections.Frozen;

namespace ReelBallers.Jobs;

/// <summary>The state after an event, and what follows from it.</summary>
internal readonly record struct JobTransition(JobState To, JobEffects Effects);

/// <summary>The transitions of a job, as one table. What is not in it does not happen.</summary>
internal static class JobRules
{
    private static readonly JobState[] Open = [JobState.Queued, JobState.Running];

    private static readonly FrozenDictionary<(JobState State, JobEvent Event), JobTransition> Table = Rows().ToFrozenDictionary();

    /// <summary>Null when the event changes nothing in this state.</summary>
    public static JobTransition? Next(JobState state, JobEvent happened) =>
        Table.TryGetValue((state, happened), out var next) ? next : null;

    private static IEnumerable<KeyValuePair<(JobState, JobEvent), JobTransition>> Rows() =>
    [
        Row(JobState.Created, JobEvent.HoldConfirmed, JobState.Queued, JobEffects.EndAcceptance | JobEffects.Dispatch),
        Row(JobState.Created, JobEvent.HoldRejected, JobState.Deleted, JobEffects.Delete),
        Row(JobState.Created, JobEvent.HoldNotConfirmed, JobState.Abandoned, JobEffects.EndAcceptance | JobEffects.EndHold),

        // The release may have reached the wallet before the hold.
        Row(JobState.Abandoned, JobEvent.HoldConfirmed, JobState.Abandoned, JobEffects.EndHold),
        Row(JobState.Failed, JobEvent.HoldConfirmed, JobState.Failed, JobEffects.EndHold),
        Row(JobState.Abandoned, JobEvent.HoldEnded, JobState.Failed, JobEffects.HoldIsEnded),
        Row(JobState.Abandoned, JobEvent.HoldMissing, JobState.Deleted, JobEffects.Delete),
        Row(JobState.Abandoned, JobEvent.HoldContradicted, JobState.Abandoned, JobEffects.AskOperator),

        .. From(Open, JobEvent.Progressed, JobState.Running),
        Row(JobState.Queued, JobEvent.RunLost, JobState.Queued, JobEffects.Dispatch),
        Row(JobState.Running, JobEvent.RunLost, JobState.Running, JobEffects.Dispatch),
        .. From(Open, JobEvent.Delivered, JobState.Completing, JobEffects.StopRuns | JobEffects.EndHold),
        .. From(Open, JobEvent.RunFailed, JobState.Failing, JobEffects.StopRuns | JobEffects.EndHold),
        .. From(Open, JobEvent.CancelRequested, JobState.Cancelling, JobEffects.StopRuns | JobEffects.EndHold),
        .. From(Open, JobEvent.DeadlinePassed, JobState.TimingOut, JobEffects.StopRuns | JobEffects.EndHold),

        .. Refund(JobState.Failing, JobState.Failed),
        .. Refund(JobState.Cancelling, JobState.Cancelled),
        .. Refund(JobState.TimingOut, JobState.TimedOut),

        // It was delivered, and its user keeps the video whatever the wallet says.
        .. EndHold(JobState.Completing, JobState.Completed, JobState.Completed),
        // An operator has it tried again.
        .. EndHold(JobState.Completed, JobState.Completed, JobState.Completed),
    ];

    // A refund is not shown before it is made. When it is made again, for a hold that came late, nothing changes.
    private static IEnumerable<KeyValuePair<(JobState, JobEvent), JobTransition>> Refund(JobState decided, JobState final) =>
        [.. EndHold(decided, final, decided), .. EndHold(final, final, final)];

    private static IEnumerable<KeyValuePair<(JobState, JobEvent), JobTransition>> EndHold(
        JobState from, JobState ended, JobState contradicted) =>
    [
        Row(from, JobEvent.HoldEnded, ended, JobEffects.HoldIsEnded),
        Row(from, JobEvent.HoldMissing, contradicted, JobEffects.AskOperator),
        Row(from, JobEvent.HoldContradicted, contradicted, JobEffects.AskOperator),
    ];

    private static IEnumerable<KeyValuePair<(JobState, JobEvent), JobTransition>> From(
        JobState[] states, JobEvent happened, JobState to, JobEffects effects = JobEffects.None) =>
        states.Select(state => Row(state, happened, to, effects));

    private static KeyValuePair<(JobState, JobEvent), JobTransition> Row(
        JobState from, JobEvent happened, JobState to, JobEffects effects) =>
        KeyValuePair.Create((from, happened), new JobTransition(to, effects));
}
