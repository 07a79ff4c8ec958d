namespace ReelBallers.Accounts;

/// <summary>How an act stands that needs two people. The numbers are stored.</summary>
internal enum ApprovalState : short
{
    /// <summary>It waits for a second admin.</summary>
    Pending = 0,

    /// <summary>A second admin has approved it: it is carried out, whatever happens to this process.</summary>
    Approved = 1,

    /// <summary>It was carried out.</summary>
    Done = 2,

    /// <summary>It was approved, and a service has decided against it: nothing was changed.</summary>
    Failed = 3,

    /// <summary>An admin has rejected it, or withdrawn it.</summary>
    Rejected = 4,

    /// <summary>Nobody has decided in time.</summary>
    Expired = 5,
}

/// <summary>An act that moves more money than one admin may move alone.</summary>
internal sealed class Approval
{
    /// <summary>The act's id in the audit log: with it the act is carried out once.</summary>
    public Guid ApprovalId { get; init; }

    /// <summary>In the order of the requests: the position in operators' pages.</summary>
    public long Number { get; init; }

    public ApprovalState State { get; set; }

    /// <summary>See <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>Who asks for it.</summary>
    public Guid ActorId { get; init; }

    /// <summary>The user whom it concerns; null when that is not known.</summary>
    public Guid? SubjectId { get; init; }

    /// <summary>What it concerns besides the user.</summary>
    public string? Target { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>How much money it moves.</summary>
    public long AmountCents { get; init; }

    /// <summary>A <see cref="MoneyAct"/>, as JSON.</summary>
    public required string Request { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on nobody can approve it.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The other admin, or the one who has withdrawn it.</summary>
    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Why the decision.</summary>
    public string? DecisionReason { get; set; }

    /// <summary>Of a failed one: the service's code.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>When it ended, in whichever way; null before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When the worker looks at it: to carry out what is approved, to end what is not.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Until when one replica works on it.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>How often the worker has tried to carry it out.</summary>
    public int Attempts { get; set; }
}
