namespace ReelBallers.Wallet;

/// <summary>A movement between two accounts of a user. It is immutable.</summary>
/// <param name="UserId">Whose accounts.</param>
/// <param name="Sequence">Numbers the user's transfers 1, 2, 3, … without gaps.</param>
/// <param name="DebitAccount">The source.</param>
/// <param name="CreditAccount">The destination.</param>
/// <param name="AmountCents">1 or more.</param>
/// <param name="Reason">Why.</param>
/// <param name="JobId">The job, if any.</param>
/// <param name="StripePaymentId">The payment, if any.</param>
/// <param name="Description">Shown in the statement.</param>
/// <param name="BalanceAfterCents">The balance right after it.</param>
/// <param name="CreatedAt">Never earlier than that of the user's previous transfer.</param>
/// <param name="IdempotencyKey">The key of its command, on the last transfer of the command only.</param>
/// <param name="RequestHash">The hash of the command, stored with its key.</param>
/// <param name="ExpiresAt">On a transfer that opens a lot: when the lot expires; null for never.</param>
/// <param name="LotSequence">The lot that it takes from (the sequence of the transfer that opened it); null for the spending order.</param>
/// <param name="ChainHash">The hash of all fields and of the previous transfer's hash; see <see cref="TransferChain"/>.</param>
internal sealed record Transfer(
    Guid UserId, long Sequence, AccountType DebitAccount, AccountType CreditAccount, long AmountCents, EntryReason Reason,
    string? JobId, string? StripePaymentId, string? Description, long BalanceAfterCents, DateTimeOffset CreatedAt,
    string? IdempotencyKey, Guid? RequestHash, DateTimeOffset? ExpiresAt, long? LotSequence, Guid ChainHash)
{
    /// <summary>Whether it opens a lot: credits enter the wallet other than from a hold.</summary>
    public bool OpensLot => CreditAccount == AccountType.Wallet && DebitAccount != AccountType.Held;

    /// <summary>The change of that account's balance, in cents.</summary>
    public long ChangeOf(AccountType account) =>
        (CreditAccount == account ? AmountCents : 0) - (DebitAccount == account ? AmountCents : 0);
}
