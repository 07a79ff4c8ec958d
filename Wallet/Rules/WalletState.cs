using System.Globalization;

namespace ReelBallers.Wallet;

/// <summary>What callers see of a wallet.</summary>
/// <param name="Sequence">The number of its latest transfer.</param>
/// <param name="BalanceCents">Ready to spend.</param>
/// <param name="HeldCents">Set aside for jobs that have not ended.</param>
/// <param name="ReceivableCents">Owed after a clawback of credits that were spent.</param>
/// <param name="Frozen">Whether it can receive and not spend.</param>
internal readonly record struct WalletState(long Sequence, long BalanceCents, long HeldCents, long ReceivableCents, bool Frozen)
{
    private const string FrozenMark = "f";

    public static WalletState Of(Account account) =>
        new(account.LastSequence, account.BalanceCents, account.HeldCents, account.ReceivableCents, account.IsFrozen);

    /// <summary>
    /// Names this state among all states of the wallet: everything follows from the latest transfer, but for the freezes,
    /// which are none.
    /// </summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Sequence}{(Frozen ? FrozenMark : "")}");

    /// <summary>The transfer that an <see cref="Id"/> of ours is about.</summary>
    public static bool TryParseId(string id, out long sequence) => long.TryParse(
        id.EndsWith(FrozenMark, StringComparison.Ordinal) ? id[..^FrozenMark.Length] : id,
        NumberStyles.None, CultureInfo.InvariantCulture, out sequence);

    /// <summary>Never, when the threshold is 0.</summary>
    public bool IsBelow(long thresholdCents) => BalanceCents < thresholdCents;
}
