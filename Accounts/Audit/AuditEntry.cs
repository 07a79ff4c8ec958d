namespace ReelBallers.Accounts;

/// <summary>What an entry says of its act.</summary>
internal enum AuditState
{
    /// <summary>It is about to be carried out; another entry says what became of it.</summary>
    Intended = 0,

    /// <summary>It was carried out.</summary>
    Done = 1,

    /// <summary>It was rejected and has changed nothing.</summary>
    Rejected = 2,
}

/// <summary>
/// What a user, an operator or the system did: a row that is never changed, except that the client's address is deleted after a time. The
/// database numbers the entries without gaps and chains them: each has the hash of the one before and its own (<see cref="AuditChain"/>).
/// </summary>
internal sealed class AuditEntry
{
    /// <summary>From 1.</summary>
    public long Sequence { get; init; }

    /// <summary>By the service's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The act, which has one entry, or two when another service carries it out.</summary>
    public Guid ActId { get; init; }

    /// <summary>What this entry says of it.</summary>
    public AuditState State { get; init; }

    /// <summary>Who did it; null for the system itself.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>What was done: see <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>The user whom it concerns; null for none.</summary>
    public Guid? SubjectId { get; init; }

    /// <summary>What it concerns besides the user, such as a payment or a job; null for nothing.</summary>
    public string? Target { get; init; }

    /// <summary>Why, as the actor says.</summary>
    public required string Reason { get; init; }

    /// <summary>The state before, as JSON; null when there was none.</summary>
    public string? Before { get; init; }

    /// <summary>The state after, or what was asked for, as JSON.</summary>
    public string? After { get; init; }

    /// <summary>SHA-256 of salt and address of the client; null when the address was not known.</summary>
    public byte[]? ClientHash { get; init; }

    /// <summary>The hash of the entry before; zeros for the first.</summary>
    public required byte[] PreviousHash { get; init; }

    /// <summary>SHA-256 over everything above.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>From where: the client's address; null when it is not known or was deleted.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>Random, so that the hash does not tell the address once it is deleted.</summary>
    public byte[]? ClientSalt { get; init; }
}
