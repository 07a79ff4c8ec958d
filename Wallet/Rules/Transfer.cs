namespace ReelBallers.Wallet;

/// <summary>A movement between two accounts of a user. It is written once and never changed.</summary>
/// <param name="UserId">Whose accounts.</param>
/// <param name="Sequence">Numbers a user's transfers 1, 2, 3, … without a gap.</param>
/// <param name="DebitAccount">The account that gives.</param>
/// <param name="CreditAccount">The account that takes.</param>
/// <param name="AmountCents">1 or more.</param>
/// <param name="Reason">Why.</param>
/// <param name="JobId">The job that it is for, where there is one.</param>
/// <param name="StripePaymentId">The payment that it came from, where there is one.</param>
/// <param name="Description">For the statement.</param>
/// <param name="BalanceAfterCents">The wallet's balance right after it.</param>
/// <param name="CreatedAt">When it was decided; never earlier than the wallet's transfer before it.</param>
/// <param name="IdempotencyKey">The key of the command that caused it, on the last transfer of that command only.</param>
/// <param name="RequestHash">The digest of that command, beside its key.</param>
/// <param name="ExpiresAt">On a transfer that opens a lot: when what is left of the lot is taken again; null for never.</param>
/// <param name="LotSequence">The lot that it takes from, by the number of the transfer that opened it; null for the order in which lots are spent.</param>
/// <param name="ChainHash">The digest of all of this and of the wallet's transfer before it: see <see cref="TransferChain"/>.</param>
internal sealed record Transfer(
    Guid UserId, long Sequence, AccountType DebitAccount, AccountType CreditAccount, long AmountCents, EntryReason Reason,
    string? JobId, string? StripePaymentId, string? Description, long BalanceAfterCents, DateTimeOffset CreatedAt,
    string? IdempotencyKey, Guid? RequestHash, DateTimeOffset? ExpiresAt, long? LotSequence, Guid ChainHash)
{
    /// <summary>Whether it opens a lot: money comes into the wallet, and not back from a hold.</summary>
    public bool OpensLot => CreditAccount == AccountType.Wallet && DebitAccount != AccountType.Held;

    /// <summary>What it does to the balance of that account, in cents.</summary>
    public long ChangeOf(AccountType account) =>
        (CreditAccount == account ? AmountCents : 0) - (DebitAccount == account ? AmountCents : 0);
}
