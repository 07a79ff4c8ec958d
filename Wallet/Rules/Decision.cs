namespace ReelBallers.Wallet;

/// <summary>All that the rules may look at to decide a command.</summary>
/// <param name="Account">Where the wallet stands.</param>
/// <param name="Hold">The hold of the command's job, if it has one.</param>
/// <param name="Payment">What is known of the command's payment, if anything.</param>
/// <param name="Freeze">The freeze of the command's reference, if there was one.</param>
/// <param name="Lots">What is left of which lot; only for commands that take from lots by name.</param>
/// <param name="UsedKey">What is known of the command's key, if anything.</param>
internal readonly record struct CommandContext(
    Account Account, Hold? Hold = null, PaymentCredits? Payment = null, FreezeState? Freeze = null, LotBook? Lots = null,
    UsedKey? UsedKey = null);

/// <summary>What the rules say to a command.</summary>
/// <param name="Outcome">What to answer, once the rest is committed.</param>
/// <param name="Account">Where the wallet stands afterwards.</param>
/// <param name="Transfers">The movements; none for a refusal and for a replay.</param>
/// <param name="Hold">The hold that was placed or ended; null when none was.</param>
/// <param name="Payment">The payment that changed; null when none did.</param>
/// <param name="Freeze">The freeze that came or was lifted; null when none was.</param>
/// <param name="LotExpiry">The lot to look at again, or no more; null when that stays as it is.</param>
internal sealed record Decision(
    Outcome Outcome, Account Account, IReadOnlyList<Transfer> Transfers, Hold? Hold = null, PaymentCredits? Payment = null,
    FreezeState? Freeze = null, LotExpiry? LotExpiry = null)
{
    public static Decision Reject(Account account, OutcomeCode code, long requiredCents = 0) =>
        new(new Outcome(code, account.BalanceCents, requiredCents), account, []);

    public static Decision Replay(Account account, Outcome first) => new(first with { Replayed = true }, account, []);
}

/// <summary>What the ledger knows of an idempotency key: it had its effect.</summary>
/// <param name="RequestHash">The digest of the command that used it.</param>
/// <param name="BalanceCents">The balance right after.</param>
internal sealed record UsedKey(Guid RequestHash, long BalanceCents);
