using System.Collections.Frozen;

namespace ReelBallers.Jobs;

/// <summary>What can happen to a run.</summary>
internal enum RunEvent
{
    /// <summary>RunPod has accepted it: its id is known.</summary>
    Accepted,

    /// <summary>The submission had no answer.</summary>
    NotAnswered,

    /// <summary>RunPod rejected it as malformed.</summary>
    Rejected,

    /// <summary>A worker runs it.</summary>
    Started,

    /// <summary>The output in storage is counted as its own.</summary>
    Delivered,

    /// <summary>RunPod reports that it failed, or that it completed without an output.</summary>
    Failed,

    /// <summary>RunPod reports that it was cancelled.</summary>
    CancelReported,

    /// <summary>RunPod reports that it took too long.</summary>
    TimeoutReported,

    /// <summary>RunPod does not have it.</summary>
    Gone,

    /// <summary>A deadline of ours has passed; RunPod may still run it.</summary>
    DeadlinePassed,

    /// <summary>The user cancelled the job; RunPod may still run it.</summary>
    CancelRequested,

    /// <summary>Another run takes its place, or has delivered; RunPod may still run it.</summary>
    GivenUp,

    /// <summary>It turned up while no other run was open.</summary>
    Reopened,

    /// <summary>After it was closed here, it has ended at RunPod too.</summary>
    Stopped,
}

/// <summary>The transitions of a run, as one table. What is not in it does not happen.</summary>
internal static class RunRules
{
    private static readonly RunState[] Unidentified = [RunState.Submitting, RunState.Unanswered];
    private static readonly RunState[] Open = [RunState.Submitting, RunState.Unanswered, RunState.Submitted, RunState.Running];

    // May still run at RunPod.
    private static readonly RunState[] Closed = [RunState.Superseded, RunState.Cancelled, RunState.TimedOut];

    private static readonly FrozenDictionary<(RunState State, RunEvent Event), RunState> Table = Rows().ToFrozenDictionary();

    /// <summary>The state after the event; null when it changes nothing in this state.</summary>
    public static RunState? Next(RunState state, RunEvent happened) =>
        Table.TryGetValue((state, happened), out var next) ? next : null;

    /// <summary>Whether the run is over at RunPod after this event.</summary>
    public static bool EndsAtRunPod(this RunEvent happened) => happened switch
    {
        RunEvent.Rejected or RunEvent.Delivered or RunEvent.Failed or RunEvent.CancelReported or RunEvent.TimeoutReported
            or RunEvent.Gone or RunEvent.Stopped => true,
        RunEvent.Accepted or RunEvent.NotAnswered or RunEvent.Started or RunEvent.DeadlinePassed or RunEvent.CancelRequested
            or RunEvent.GivenUp or RunEvent.Reopened => false,
    };

    private static IEnumerable<KeyValuePair<(RunState, RunEvent), RunState>> Rows() =>
    [
        .. From(Unidentified, RunEvent.Accepted, RunState.Submitted),
        .. Stay(RunEvent.Accepted, RunState.Submitted, RunState.Running),
        // The answer came after the run was closed, or after its callback.
        .. Stay(RunEvent.Accepted, [.. Closed, RunState.Completed, RunState.Failed, RunState.Lost]),
        .. From([RunState.Submitting], RunEvent.NotAnswered, RunState.Unanswered),
        .. From(Unidentified, RunEvent.Rejected, RunState.Failed),
        .. From(Open, RunEvent.Started, RunState.Running),
        // Its output may turn up after its end was reported.
        .. From([.. Open, .. Closed, RunState.Failed, RunState.Lost], RunEvent.Delivered, RunState.Completed),
        .. From(Open, RunEvent.Failed, RunState.Failed),
        .. From(Open, RunEvent.CancelReported, RunState.Cancelled),
        .. From(Open, RunEvent.TimeoutReported, RunState.TimedOut),
        .. From(Open, RunEvent.Gone, RunState.Lost),
        .. Stay(RunEvent.Failed, RunState.Superseded),
        .. Stay(RunEvent.CancelReported, RunState.Superseded),
        .. Stay(RunEvent.TimeoutReported, RunState.Superseded),
        .. Stay(RunEvent.Gone, RunState.Superseded),
        .. From(Unidentified, RunEvent.DeadlinePassed, RunState.Superseded),
        .. From([RunState.Submitted, RunState.Running], RunEvent.DeadlinePassed, RunState.TimedOut),
        .. From(Open, RunEvent.CancelRequested, RunState.Cancelled),
        .. From(Open, RunEvent.GivenUp, RunState.Superseded),
        .. From([RunState.Superseded], RunEvent.Reopened, RunState.Submitted),
        .. Stay(RunEvent.Stopped, Closed),
    ];

    private static IEnumerable<KeyValuePair<(RunState, RunEvent), RunState>> From(RunState[] states, RunEvent happened, RunState next) =>
        states.Select(state => KeyValuePair.Create((state, happened), next));

    private static IEnumerable<KeyValuePair<(RunState, RunEvent), RunState>> Stay(RunEvent happened, params RunState[] states) =>
        states.Select(state => KeyValuePair.Create((state, happened), state));
}
