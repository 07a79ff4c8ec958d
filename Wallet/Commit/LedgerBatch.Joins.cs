namespace ReelBallers.Wallet;

// Wallets that were or are joined into another one.
internal sealed partial class LedgerBatch
{
    private readonly JoinPaths _joins = new();
    private readonly List<WalletJoin> _newJoins = [];

    /// <summary>The joins to store.</summary>
    public IReadOnlyCollection<WalletJoin> NewJoins => _newJoins;

    /// <summary>Call it after the used keys were loaded: of a join, the other wallet's balance is the outcome.</summary>
    public void Load(WalletJoin join)
    {
        _joins.Add(join);
        _usedKeys.Load((join.UserId, join.Key), new UsedKey(join.RequestHash, join.BalanceCents));
    }

    private UsedKey? FindUsedKey(Command requested, Command command)
    {
        foreach (var key in _joins.KeysOf(requested))
        {
            if (_usedKeys.Find(key) is { } used)
            {
                return used;
            }
        }
        return _usedKeys.Find((command.UserId, command.Key));
    }

    private JoinContext ContextOf(JoinWallets join)
    {
        var into = _joins.EndOf(join.IntoUserId);
        return new JoinContext(
            _joins.EndOf(join.UserId),
            _accounts.Find(into)
                ?? throw new InvalidOperationException($"The wallet of {into} is not loaded for the join of {join.UserId}."),
            _payments.All(payment => payment.UserId == join.UserId),
            paymentId => _payments.Find((into, paymentId)),
            _freezes.All(freeze => freeze.UserId == join.UserId));
    }

    private void Accept(JoinDecision joined)
    {
        _accounts.Set(joined.Into.UserId, joined.Into, null);
        foreach (var payment in joined.Payments)
        {
            _payments.Set((payment.UserId, payment.StripePaymentId), payment, null);
        }
        foreach (var freeze in joined.Freezes)
        {
            _freezes.Set((freeze.UserId, freeze.Reference), freeze, null);
        }
        _lotExpiries.AddRange(joined.LotExpiries);
        _newJoins.Add(joined.Join);
        Load(joined.Join);
    }
}
