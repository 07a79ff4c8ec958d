using System.Globalization;

namespace ReelBallers.Wallet;

/// <summary>The state of a wallet as callers see it.</summary>
/// <param name="Sequence">The sequence number of the latest transfer.</param>
/// <param name="BalanceCents">Available to spend.</param>
/// <param name="HeldCents">Reserved for jobs that have not ended.</param>
/// <param name="ReceivableCents">What the user owes after a clawback of credits that were already spent.</param>
/// <param name="Frozen">Whether it cannot spend.</param>
internal readonly record struct WalletState(long Sequence, long BalanceCents, long HeldCents, long ReceivableCents, bool Frozen)
{
    private const string FrozenMark = "f";

    public static WalletState Of(Account account) =>
        new(account.LastSequence, account.BalanceCents, account.HeldCents, account.ReceivableCents, account.IsFrozen);

    /// <summary>
    /// Identifies this state among all states of the wallet. The latest transfer determines everything except freezes,
    /// which are not transfers.
    /// </summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Sequence}{(Frozen ? FrozenMark : "")}");

    /// <summary>Reads the sequence number from an <see cref="Id"/>.</summary>
    public static bool TryParseId(string id, out long sequence) => long.TryParse(
        id.EndsWith(FrozenMark, StringComparison.Ordinal) ? id[..^FrozenMark.Length] : id,
        NumberStyles.None, CultureInfo.InvariantCulture, out sequence);

    /// <summary>Whether the balance is below the threshold; never for a threshold of 0.</summary>
    public bool IsBelow(long thresholdCents) => BalanceCents < thresholdCents;
}
