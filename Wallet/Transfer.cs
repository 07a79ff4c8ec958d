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
/// <param name="CreatedAt">When it was decided.</param>
/// <param name="IdempotencyKey">The key of the command that caused it, on the last transfer of that command only.</param>
/// <param name="RequestHash">The digest of that command, beside its key.</param>
internal sealed record Transfer(
    Guid UserId, long Sequence, AccountType DebitAccount, AccountType CreditAccount, long AmountCents, EntryReason Reason,
    string? JobId, string? StripePaymentId, string? Description, long BalanceAfterCents, DateTimeOffset CreatedAt,
    string? IdempotencyKey, Guid? RequestHash)
{
    /// <summary>What it does to the balance of that account, in cents.</summary>
    public long ChangeOf(AccountType account) =>
        (CreditAccount == account ? AmountCents : 0) - (DebitAccount == account ? AmountCents : 0);
}
