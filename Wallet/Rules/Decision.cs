namespace ReelBallers.Wallet;

/// <summary>Everything that the rules need to decide a command.</summary>
/// <param name="Account">The wallet before the command.</param>
/// <param name="Hold">The hold of the command's job, if any.</param>
/// <param name="Payment">The credits of the command's payment, if any.</param>
/// <param name="Freeze">The freeze with the command's reference, if any.</param>
/// <param name="Lots">The remaining lots; only for commands that name a lot or a payment.</param>
/// <param name="UsedKey">The earlier use of the command's key, if any.</param>
/// <param name="Closed">The join that closed the wallet, if any.</param>
/// <param name="Join">The other wallet; only for a join.</param>
/// <param name="PaymentOf">Finds the credits of a payment; only for a forfeiture, which concerns all payments.</param>
internal readonly record struct CommandContext(
    Account Account, Hold? Hold = null, PaymentCredits? Payment = null, FreezeState? Freeze = null, LotBook? Lots = null,
    UsedKey? UsedKey = null, WalletJoin? Closed = null, JoinContext? Join = null,
    Func<string, PaymentCredits?>? PaymentOf = null);

/// <summary>The result of deciding a command.</summary>
/// <param name="Outcome">The answer, to be given after the commit.</param>
/// <param name="Account">The wallet after the command.</param>
/// <param name="Transfers">The movements; empty for a rejection or a replay.</param>
/// <param name="Hold">The hold that was placed or ended, if any.</param>
/// <param name="Payment">The payment that changed, if any.</param>
/// <param name="Freeze">The freeze that was added or lifted, if any.</param>
/// <param name="LotExpiry">A change to the schedule of lot expiries, if any.</param>
/// <param name="Joined">What a join changes besides; the transfers are those of both wallets.</param>
/// <param name="Forfeited">What a forfeiture changes besides.</param>
internal sealed record Decision(
    Outcome Outcome, Account Account, IReadOnlyList<Transfer> Transfers, Hold? Hold = null, PaymentCredits? Payment = null,
    FreezeState? Freeze = null, LotExpiry? LotExpiry = null, JoinDecision? Joined = null,
    ForfeitDecision? Forfeited = null)
{
    public static Decision Reject(Account account, OutcomeCode code, long requiredCents = 0) =>
        new(new Outcome(code, account.BalanceCents, requiredCents), account, []);

    public static Decision Replay(Account account, Outcome first) => new(first with { Replayed = true }, account, []);
}

/// <summary>An idempotency key whose command was committed.</summary>
/// <param name="RequestHash">The hash of that command.</param>
/// <param name="BalanceCents">The balance right after it.</param>
internal sealed record UsedKey(Guid RequestHash, long BalanceCents);
