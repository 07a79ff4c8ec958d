namespace ReelBallers.Accounts;

/// <summary>
/// Something that operators are told: a condition, which is open until it is over, or an event, which has ended already. There is one open
/// alert for a kind and subject.
/// </summary>
internal sealed class Alert
{
    /// <summary>The maximum length of <see cref="Kind"/>.</summary>
    public const int MaxKindLength = 60;

    /// <summary>The maximum length of <see cref="Subject"/> and of <see cref="Text"/>, in characters.</summary>
    public const int MaxLength = 600;

    /// <summary>In the order in which alerts were added: the position in operators' pages.</summary>
    public long Number { get; init; }

    /// <summary>As in <see cref="AlertKinds"/>, or one that a newer version of a service has.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about: the same for as long as it lasts.</summary>
    public required string Subject { get; init; }

    /// <summary>For people: one line, as it was when the alert was added.</summary>
    public required string Text { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When Accounts has learned of it.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was over; null while it is open. Of an event the same as <see cref="CreatedAt"/>.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was put into a mail and a post; null before.</summary>
    public DateTimeOffset? ToldAt { get; init; }
}
