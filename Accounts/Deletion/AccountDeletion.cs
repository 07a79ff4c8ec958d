namespace ReelBallers.Accounts;

/// <summary>What the erasure of a user consists of. The numbers are stored.</summary>
[Flags]
internal enum DeletionSteps : short
{
    None = 0,

    /// <summary>Jobs has cancelled what was open, and has erased its texts.</summary>
    Jobs = 1,

    /// <summary>Storage has removed the files.</summary>
    Files = 2,

    /// <summary>Payments and Stripe have erased the person.</summary>
    Payments = 4,

    /// <summary>The Wallet has taken the credits and is closed.</summary>
    Credits = 8,

    /// <summary>The rows here are erased.</summary>
    Rows = 16,

    All = Jobs | Files | Payments | Credits | Rows,
}

/// <summary>
/// A user who has deleted the account, and how far the erasure is. It is stored with the deletion and carried out later, twice: at once,
/// and again after a day, for what was written at the same time or is known only then. The row stays: it says that the user is gone.
/// </summary>
internal sealed class AccountDeletion
{
    /// <summary>After which the erasure is repeated.</summary>
    public static readonly TimeSpan SecondPassAfter = TimeSpan.FromDays(1);

    /// <summary>The user.</summary>
    public Guid UserId { get; init; }

    /// <summary>All ids of the person: the user first, then those who have joined.</summary>
    public required Guid[] Users { get; init; }

    /// <summary>The credits that the user was told to lose, for each of <see cref="Users"/>.</summary>
    public required long[] ForfeitCents { get; init; }

    /// <summary>When the user deleted the account.</summary>
    public DateTimeOffset DeletedAt { get; init; }

    /// <summary>When the Gateway had ended all sessions; null before.</summary>
    public DateTimeOffset? SessionsEndedAt { get; set; }

    /// <summary>The first or the second time that the steps are carried out.</summary>
    public short Pass { get; set; }

    /// <summary>The steps that this pass has done.</summary>
    public DeletionSteps DoneSteps { get; set; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The attempts so far, with one that is being made.</summary>
    public int Attempts { get; set; }

    /// <summary>When the lease of the current attempt ends; null without one.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>What the last attempt waits for.</summary>
    public string? LastError { get; set; }

    /// <summary>When both passes were done; null before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Credits that were in the wallets afterwards, when it was last looked.</summary>
    public long LateCents { get; set; }
}
