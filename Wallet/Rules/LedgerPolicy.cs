using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Options of the ledger: the configuration section <c>Ledger</c>.</summary>
internal sealed record LedgerPolicy : IValidatedOptions
{
    private static readonly TimeSpan MinLockTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxLockTimeout = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan MaxFullAuditInterval = TimeSpan.FromDays(365);

    /// <summary>The maximum of <see cref="Shards"/>.</summary>
    public const int MaxShards = 16;

    /// <summary>The number of databases that the users are divided among. It cannot change once there are wallets.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>
    /// Confirms that wallets in different databases are not joined, and that no user signs in from a browser with credits of its own.
    /// More than one of <see cref="Shards"/> needs it: such credits could not be spent any more.
    /// </summary>
    public bool WithoutJoins { get; init; }

    /// <summary>
    /// Whether top-ups and refunds of holds are used first to pay the receivable that a clawback of spent credits left.
    /// If not, the receivable stays until the payment is reinstated.
    /// </summary>
    public bool CollectsReceivables { get; init; } = true;

    /// <summary>
    /// How long a batch waits for wallets that another transaction has locked. After that, the commands of these wallets wait
    /// apart from the others.
    /// </summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often the continuous audit checks a long wallet from its first transfer. In between it continues where it was
    /// before.
    /// </summary>
    public TimeSpan FullAuditInterval { get; init; } = TimeSpan.FromDays(7);

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(Shards), Shards, 1, MaxShards);
        if (Shards > 1 && !WithoutJoins)
        {
            errors.Add(nameof(Shards),
                $"is {Shards}, and wallets in different databases cannot be joined: a sign-in would leave the credits of an anonymous user "
                + "where they cannot be spent. Set it to 1, or Ledger:WithoutJoins to true if no user signs in (docs/scale.md).");
        }
        if (FullAuditInterval < TimeSpan.Zero || FullAuditInterval > MaxFullAuditInterval)
        {
            errors.Add(nameof(FullAuditInterval), $"is {FullAuditInterval}. Set it to a time from 0 to {MaxFullAuditInterval:c}.");
        }
        if (LockTimeout < MinLockTimeout || LockTimeout > MaxLockTimeout)
        {
            errors.Add(nameof(LockTimeout), $"is {LockTimeout}. Set it to a time from {MinLockTimeout:c} to {MaxLockTimeout:c}.");
        }
    }
}
