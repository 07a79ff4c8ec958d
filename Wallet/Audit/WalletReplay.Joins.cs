namespace ReelBallers.Wallet;

// Joins. A closed wallet's payments do not change any more, and those of the wallet that it was joined into continue them.
internal sealed partial class WalletReplay
{
    private JoinSums _joinSums = JoinSums.None;
    private JoinedWallets _joins = JoinedWallets.None;
    private List<WalletJoin> _uncounted = [];

    /// <summary>
    /// The stored joins of the wallet, read after the transfers that are added next: a join must be known before a transfer that
    /// came after it.
    /// </summary>
    public void Know(JoinedWallets joins)
    {
        _joins = joins;
        _uncounted = [.. joins.Arrived.Where(join => !_joinSums.Counted.Contains(join.UserId))];
    }

    // The payments of the wallets that were joined into this one with the last transfer so far.
    private void CountArrived()
    {
        if (_uncounted.Count == 0)
        {
            return;
        }
        foreach (var join in _uncounted.FindAll(join => join.IntoSequence <= _account.LastSequence))
        {
            _uncounted.Remove(join);
            _joinSums = _joinSums with { Counted = [.. _joinSums.Counted, join.UserId] };
            foreach (var joined in _joins.Payments.Where(payment => payment.UserId == join.UserId))
            {
                var payment = _payments.GetValueOrDefault(joined.StripePaymentId) ?? PaymentCredits.Empty(userId, joined.StripePaymentId);
                _payments[joined.StripePaymentId] = payment.Plus(joined);
            }
        }
    }

    private void CheckJoins(Account stored, IReadOnlyList<FreezeState> freezes)
    {
        foreach (var difference in _joinSums.DifferencesFrom(_joins, stored))
        {
            Report(AuditCode.JoinMismatch, 0, difference);
        }
        var isClosed = freezes.Any(freeze => freeze is { Reference: WalletJoin.FreezeReference, Lifted: false });
        if (isClosed != _joins.Closing is not null)
        {
            Report(
                AuditCode.JoinMismatch, 0,
                isClosed ? "The wallet is closed and has no join." : "The wallet was joined and is not closed.");
        }
    }
}
