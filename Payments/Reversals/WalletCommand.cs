namespace ReelBallers.Payments;

/// <summary>What the wallet is told. The numbers are those of the database.</summary>
internal enum WalletCommandKind : short
{
    ClawBack = 1,
    Reinstate = 2,
    Freeze = 3,
    Unfreeze = 4,
}

/// <summary>A command to the wallet, decided and committed before it is given; a checkout's are given in their order.</summary>
internal sealed class WalletCommand
{
    public Guid CheckoutId { get; init; }

    /// <summary>From 1, without gaps, of this checkout.</summary>
    public int Sequence { get; init; }

    public WalletCommandKind Kind { get; init; }

    /// <summary>To take or to give back, of what was paid for.</summary>
    public long PaidCredits { get; init; }

    /// <summary>Of the bonus.</summary>
    public long BonusCredits { get; init; }

    /// <summary>The dispute that freezes; empty otherwise.</summary>
    public required string Reference { get; init; }

    public DateTimeOffset PlannedAt { get; init; }

    /// <summary>When the wallet had confirmed it.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}
