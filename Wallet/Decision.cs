namespace ReelBallers.Wallet;

/// <summary>What the rules say to a command.</summary>
/// <param name="Outcome">What to answer, once the rest is committed.</param>
/// <param name="Account">Where the wallet stands afterwards.</param>
/// <param name="Hold">The hold that was placed or ended; null when none was.</param>
/// <param name="Transfers">The movements; none for a refusal and for a replay, at least one otherwise.</param>
internal sealed record Decision(Outcome Outcome, Account Account, Hold? Hold, IReadOnlyList<Transfer> Transfers)
{
    public static Decision Refuse(Account account, OutcomeCode code, long requiredCents = 0) =>
        new(new Outcome(code, account.BalanceCents, requiredCents), account, null, []);

    public static Decision Replay(Account account, Outcome first) => new(first with { Replayed = true }, account, null, []);
}

/// <summary>What the ledger knows of an idempotency key: it had its effect.</summary>
/// <param name="RequestHash">The digest of the command that used it.</param>
/// <param name="BalanceCents">The balance right after.</param>
internal sealed record Remembered(Guid RequestHash, long BalanceCents);
