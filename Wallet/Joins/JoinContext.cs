namespace ReelBallers.Wallet;

/// <summary>What the rules need to join a wallet into another one, besides the wallet itself.</summary>
/// <param name="End">Where the wallet's credits are: its own user, unless it was joined before.</param>
/// <param name="Into">The other wallet; the one that it was joined into, if it was.</param>
/// <param name="Payments">All payments of the wallet.</param>
/// <param name="PaymentInto">Finds a payment of the other wallet.</param>
/// <param name="Freezes">All freezes of the wallet.</param>
internal sealed record JoinContext(
    Guid End, Account Into, IReadOnlyCollection<PaymentCredits> Payments, Func<string, PaymentCredits?> PaymentInto,
    IReadOnlyCollection<FreezeState> Freezes);

/// <summary>What a join changes besides the wallet that it closes.</summary>
/// <param name="Join">The row to store.</param>
/// <param name="Into">The other wallet after it.</param>
/// <param name="Payments">The payments of the other wallet that changed.</param>
/// <param name="Freezes">The freezes that were moved to the other wallet.</param>
/// <param name="LotExpiries">The lots that the closed wallet no longer has.</param>
internal sealed record JoinDecision(
    WalletJoin Join, Account Into, IReadOnlyList<PaymentCredits> Payments, IReadOnlyList<FreezeState> Freezes,
    IReadOnlyList<LotExpiry> LotExpiries);
