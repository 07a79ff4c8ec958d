namespace ReelBallers.Accounts;

/// <summary>A part of a digest: the alerts of one kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Lines">The newest of them.</param>
internal sealed record AlertGroup(string Kind, long Count, IReadOnlyList<AlertLine> Lines);

/// <summary>An alert in a digest.</summary>
/// <param name="Text">The alert's.</param>
/// <param name="Since">When it began.</param>
/// <param name="IsOver">Whether the condition was over already.</param>
internal sealed record AlertLine(string Text, DateTimeOffset Since, bool IsOver);

/// <summary>Of a mail about alerts: those that nobody was told of before.</summary>
/// <param name="Groups">By kind.</param>
/// <param name="Ended">How many conditions of earlier mails are over since the last one.</param>
/// <param name="At">When it was written.</param>
internal sealed record AlertDigest(IReadOnlyList<AlertGroup> Groups, long Ended, DateTimeOffset At)
{
    /// <summary>How many alerts it is about.</summary>
    public long Count => Groups.Sum(group => group.Count);
}
