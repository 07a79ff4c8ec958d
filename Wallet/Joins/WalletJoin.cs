namespace ReelBallers.Wallet;

/// <summary>
/// A wallet that was joined into another one. It is empty and stays so: nothing is written to it any more. The row is stored once
/// and never changes, and the other wallet was open when it was stored, so the rows cannot form a cycle.
/// </summary>
/// <param name="UserId">Whose wallet was closed.</param>
/// <param name="IntoUserId">Whose wallet has its credits.</param>
/// <param name="Key">The idempotency key of the command.</param>
/// <param name="RequestHash">The hash of the command.</param>
/// <param name="MovedCents">The balance that was moved.</param>
/// <param name="OwedCents">The receivable that was moved.</param>
/// <param name="BalanceCents">The balance of the other wallet right after the join.</param>
/// <param name="Sequence">The last transfer of the closed wallet.</param>
/// <param name="IntoSequence">The last transfer of the other wallet right after the join.</param>
/// <param name="Actor">Who asked for it: a service or an operator.</param>
/// <param name="Reason">Why, if it was said.</param>
/// <param name="JoinedAt">When, by the database's clock.</param>
internal sealed record WalletJoin(
    Guid UserId, Guid IntoUserId, string Key, Guid RequestHash, long MovedCents, long OwedCents, long BalanceCents, long Sequence,
    long IntoSequence, string Actor, string? Reason, DateTimeOffset JoinedAt)
{
    /// <summary>
    /// The reference of the freeze that closes the wallet, which no caller can lift: callers' references are ASCII. The rules and the
    /// callers that know nothing of joins see a frozen wallet.
    /// </summary>
    public const string FreezeReference = "§joined";

    /// <summary>The key of the arriving transfers in the other wallet.</summary>
    public static string ArrivalKey(Guid userId) => $"§joined:{userId:N}";
}
