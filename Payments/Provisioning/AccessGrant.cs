namespace ReelBallers.Payments;

/// <summary>Where a grant stands. The numbers are stored in the database.</summary>
internal enum GrantState : short
{
    /// <summary>Paid; to be given by the API.</summary>
    Pending = 1,

    Granted = 2,

    /// <summary>To be given by an operator.</summary>
    Manual = 3,

    /// <summary>It was not given, and is not tried any more: a dead letter.</summary>
    Failed = 4,

    /// <summary>The payment was reversed; to be taken away by the API.</summary>
    Revoking = 5,

    /// <summary>To be taken away by an operator.</summary>
    ManualRevoke = 6,

    /// <summary>It was not taken away, and is not tried any more: a dead letter.</summary>
    RevokeFailed = 7,

    Revoked = 8,

    /// <summary>The payment was reversed before anything was tried.</summary>
    Cancelled = 9,
}

/// <summary>
/// Access to one product for one user name, by one purchase. It is stored in the transaction that marks the purchase as credited, and
/// changes its state by <see cref="GrantRules"/> only.
/// </summary>
internal sealed class AccessGrant
{
    public Guid Id { get; init; }

    public Guid CheckoutId { get; init; }

    /// <summary>Which grant of its purchase, from 1.</summary>
    public short Ordinal { get; init; }

    public Guid UserId { get; init; }

    /// <inheritdoc cref="OfferedGrant.Product" />
    public required string Product { get; init; }

    /// <inheritdoc cref="OfferedGrant.Name" />
    public required string Name { get; init; }

    /// <inheritdoc cref="OfferedGrant.DurationDays" />
    public int? DurationDays { get; init; }

    /// <summary>The buyer's name there; empty after an erasure.</summary>
    public required string AccessUsername { get; init; }

    /// <summary>As names are compared.</summary>
    public required string AccessKey { get; init; }

    public GrantState State { get; init; }

    /// <summary>The attempts in this state, with one that is being made.</summary>
    public int Attempts { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>The attempt that is being made; null without one.</summary>
    public Guid? LeaseId { get; init; }

    /// <summary>Until when no other one is begun.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>When the API was first called for it; null: it cannot have been given.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>When it was first known to be given.</summary>
    public DateTimeOffset? GrantedAt { get; init; }

    /// <summary>When the access ends there, with all grants for the same access; null: never, or it was not given.</summary>
    public DateTimeOffset? AccessUntil { get; init; }

    /// <summary>Why an attempt failed, the last time that one did.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? ErrorAt { get; init; }

    /// <summary>Whether the end of our session has stopped it.</summary>
    public bool IsWaitingForSession { get; init; }

    /// <summary>The act of the operator who has completed its task.</summary>
    public string? CompletionKey { get; init; }

    /// <summary>The click that started the purchase, as a W3C <c>traceparent</c>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>When it was paid: its duration counts from then.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the state changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
