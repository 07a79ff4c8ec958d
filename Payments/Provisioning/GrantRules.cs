namespace ReelBallers.Payments;

/// <summary>What happens to a grant.</summary>
internal enum GrantEvent
{
    /// <summary>The API has done what the state asks for.</summary>
    Confirmed,

    /// <summary>The API does not do it: an operator is to.</summary>
    LeftToOperator,

    /// <summary>The API does not do it, and nobody else is to.</summary>
    GivenUp,

    /// <summary>An operator has done it.</summary>
    Completed,

    /// <summary>An operator has the API try again.</summary>
    Replayed,

    /// <summary>All that was paid is lost.</summary>
    Reversed,

    /// <summary>The same, and the API was never called.</summary>
    ReversedUntouched,

    /// <summary>The money has come back: a refund has failed, or a dispute was won.</summary>
    Restored,
}

/// <summary>The access that all grants for it together ask for.</summary>
/// <param name="IsWanted">Whether there is to be one.</param>
/// <param name="Until">When it ends, or did when it is not wanted any more; null: never, or nobody asks for it.</param>
internal readonly record struct WantedAccess(bool IsWanted, DateTimeOffset? Until);

/// <summary>Pure: the states of grants, and what several grants for one access amount to.</summary>
internal static class GrantRules
{
    private const int LastYear = 9_000;

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>The next state; null: the event changes nothing.</summary>
    public static GrantState? Next(GrantState state, GrantEvent what) => (state, what) switch
    {
        (GrantState.Pending, GrantEvent.Confirmed) => GrantState.Granted,
        (GrantState.Pending, GrantEvent.LeftToOperator) => GrantState.Manual,
        (GrantState.Pending, GrantEvent.GivenUp) => GrantState.Failed,
        (GrantState.Pending, GrantEvent.ReversedUntouched) => GrantState.Cancelled,
        (GrantState.Manual, GrantEvent.Completed) => GrantState.Granted,
        (GrantState.Manual or GrantState.Failed, GrantEvent.Replayed) => GrantState.Pending,
        // An operator may have given it already, and an attempt that failed may have had its effect: it is looked at.
        (GrantState.Pending or GrantState.Granted or GrantState.Manual or GrantState.Failed, GrantEvent.Reversed) => GrantState.Revoking,
        (GrantState.Granted or GrantState.Manual or GrantState.Failed, GrantEvent.ReversedUntouched) => GrantState.Revoking,
        (GrantState.Revoking, GrantEvent.Confirmed) => GrantState.Revoked,
        (GrantState.Revoking, GrantEvent.LeftToOperator) => GrantState.ManualRevoke,
        (GrantState.Revoking, GrantEvent.GivenUp) => GrantState.RevokeFailed,
        (GrantState.ManualRevoke, GrantEvent.Completed) => GrantState.Revoked,
        (GrantState.ManualRevoke or GrantState.RevokeFailed, GrantEvent.Replayed) => GrantState.Revoking,
        (GrantState.Revoking or GrantState.ManualRevoke or GrantState.RevokeFailed or GrantState.Revoked or GrantState.Cancelled,
            GrantEvent.Restored) => GrantState.Pending,
        _ => null,
    };

    /// <summary>Whether the buyer is to have the access: it is paid for.</summary>
    public static bool IsWanted(GrantState state) =>
        state is GrantState.Pending or GrantState.Granted or GrantState.Manual or GrantState.Failed;

    /// <summary>
    /// What grants for the same access amount to: one of a limited time begins when it is paid, or where the one before ends.
    /// </summary>
    public static WantedAccess Wanted(IEnumerable<AccessGrant> sameAccess, DateTimeOffset now)
    {
        var end = DateTimeOffset.MinValue;
        foreach (var grant in sameAccess.Where(grant => IsWanted(grant.State)).OrderBy(grant => grant.CreatedAt).ThenBy(grant => grant.Id))
        {
            if (grant.DurationDays is not { } days || end.Year > LastYear)
            {
                return new WantedAccess(true, null);
            }
            end = (grant.CreatedAt > end ? grant.CreatedAt : end).AddDays(days);
        }
        return new WantedAccess(end > now, end > DateTimeOffset.MinValue ? end : null);
    }

    /// <summary>The pause after a failed attempt, with full jitter.</summary>
    /// <param name="attempts">The attempts so far; 1 or more.</param>
    /// <param name="first">The longest pause after the first one; it doubles with each, up to an hour.</param>
    /// <param name="jitter">0 to 1: the share of the longest pause.</param>
    public static TimeSpan PauseAfter(int attempts, TimeSpan first, double jitter)
    {
        var longest = first * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        return (longest > LongestPause ? LongestPause : longest) * jitter;
    }
}
