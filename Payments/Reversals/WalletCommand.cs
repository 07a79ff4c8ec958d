namespace ReelBallers.Payments;

/// <summary>The kind of a wallet command. The numbers are stored in the database.</summary>
internal enum WalletCommandKind : short
{
    ClawBack = 1,
    Reinstate = 2,
    Freeze = 3,
    Unfreeze = 4,
}

/// <summary>A command to the wallet, committed before it is sent; a checkout's commands are sent in order.</summary>
internal sealed class WalletCommand
{
    public Guid CheckoutId { get; init; }

    /// <summary>Per checkout, from 1 without gaps.</summary>
    public int Sequence { get; init; }

    public WalletCommandKind Kind { get; init; }

    /// <summary>Paid credits to claw back or reinstate.</summary>
    public long PaidCredits { get; init; }

    /// <summary>Bonus credits to claw back or reinstate.</summary>
    public long BonusCredits { get; init; }

    /// <summary>The dispute that freezes; empty otherwise.</summary>
    public required string Reference { get; init; }

    /// <summary>
    /// The text in the user's statement, stored because the wallet rejects a repetition with another one; null for
    /// freezing and unfreezing, which leave no entry.
    /// </summary>
    public string? Description { get; init; }

    /// <summary>What planned it, as a W3C <c>traceparent</c>: sending it continues that trace. Null without one.</summary>
    public string? TraceParent { get; init; }

    public DateTimeOffset PlannedAt { get; init; }

    public int Attempts { get; init; }

    /// <summary>When the worker sends it, unless it was confirmed before.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>When it was left to an operator.</summary>
    public DateTimeOffset? DeadAt { get; init; }

    /// <summary>When the wallet confirmed it.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}
