namespace ReelBallers.Wallet;

/// <summary>
/// Decides commands in order on loaded rows and collects the rows to write. A later command sees the effects of earlier
/// ones. If one of several linked commands is rejected, none of them has an effect.
/// </summary>
/// <param name="decide">The rules: <see cref="LedgerRules.Decide(CommandContext, Command, DateTimeOffset)"/>.</param>
internal sealed partial class LedgerBatch(Func<CommandContext, Command, DateTimeOffset, Decision> decide)
{
    private readonly LoadedRows<Guid, Account> _accounts = new();
    private readonly LoadedRows<(Guid UserId, string JobId), Hold> _holds = new();
    private readonly LoadedRows<(Guid UserId, string StripePaymentId), PaymentCredits> _payments = new();
    private readonly LoadedRows<(Guid UserId, string Reference), FreezeState> _freezes = new();
    private readonly LoadedRows<(Guid UserId, string Key), UsedKey> _usedKeys = new();
    private readonly Dictionary<Guid, LotBook> _lots = [];
    private readonly List<LotExpiry> _lotExpiries = [];
    private readonly List<Transfer> _transfers = [];
    private readonly List<Guid> _frozenUsers = [];

    public IReadOnlyList<Transfer> Transfers => _transfers;

    public IReadOnlyCollection<Account> ChangedAccounts => _accounts.Changed;

    public IReadOnlyCollection<Hold> ChangedHolds => _holds.Changed;

    public IReadOnlyCollection<PaymentCredits> ChangedPayments => _payments.Changed;

    public IReadOnlyCollection<FreezeState> ChangedFreezes => _freezes.Changed;

    /// <summary>In the order of the decisions: the last one for a lot counts.</summary>
    public IReadOnlyList<LotExpiry> LotExpiries => _lotExpiries;

    public void Load(Account account)
    {
        _accounts.Load(account.UserId, account);
        if (account.IsFrozen)
        {
            _frozenUsers.Add(account.UserId);
        }
    }

    public void Load(Hold hold) => _holds.Load((hold.UserId, hold.JobId), hold);

    public void Load(PaymentCredits payment) => _payments.Load((payment.UserId, payment.StripePaymentId), payment);

    public void Load(FreezeState freeze) => _freezes.Load((freeze.UserId, freeze.Reference), freeze);

    public void Load(Guid userId, string key, UsedKey usedKey) => _usedKeys.Load((userId, key), usedKey);

    /// <exception cref="LedgerCorruptException">The lots do not add up to the wallet, which must be loaded before them.</exception>
    public void Load(Guid userId, LotBook lots)
    {
        var account = _accounts.Find(userId) ?? Account.Empty(userId);
        var (left, held) = (lots.Lots.Sum(lot => lot.LeftCents), lots.Lots.Sum(lot => lot.HeldCents));
        if ((left, held, lots.LastSequence) != (account.BalanceCents, account.HeldCents, account.LastSequence))
        {
            throw new LedgerCorruptException(
                $"The lots of {userId} have {left} cents and {held} held after transfer {lots.LastSequence}; the wallet has "
                + $"{account.BalanceCents} and {account.HeldCents} after transfer {account.LastSequence}.");
        }
        _lots[userId] = lots;
    }

    /// <summary>The loaded wallets that are frozen: one that was joined into another is among them.</summary>
    public IReadOnlyList<Guid> FrozenUsers => _frozenUsers;

    public bool Has(Guid userId) => _accounts.Find(userId) is not null;

    /// <summary>Whether a key, hold, payment or freeze of one of these users is loaded.</summary>
    public bool HasRowsOf(HashSet<Guid> userIds) =>
        _usedKeys.Any(key => userIds.Contains(key.UserId)) || _holds.Any(key => userIds.Contains(key.UserId))
        || _payments.Any(key => userIds.Contains(key.UserId)) || _freezes.Any(key => userIds.Contains(key.UserId));

    /// <summary>The outcome of each command, in order.</summary>
    public Outcome[] Decide(IEnumerable<LinkedCommands> linkedCommands, DateTimeOffset now)
    {
        var outcomes = new List<Outcome>();
        foreach (var linked in linkedCommands)
        {
            if (linked.Length == 1)
            {
                outcomes.Add(Decide(linked.Submission.Commands[linked.Offset], now, null));
            }
            else
            {
                DecideTogether(linked, now, outcomes);
            }
        }
        return [.. outcomes];
    }

    private void DecideTogether(LinkedCommands linked, DateTimeOffset now, List<Outcome> outcomes)
    {
        var undo = new Stack<Action>();
        var (first, transferCount) = (outcomes.Count, _transfers.Count);
        foreach (var command in linked.Commands)
        {
            var outcome = Decide(command, now, undo);
            outcomes.Add(outcome);
            if (outcome.Code != OutcomeCode.Done)
            {
                break;
            }
        }
        if (outcomes[^1].Code == OutcomeCode.Done)
        {
            foreach (var transfer in _transfers.Skip(transferCount))
            {
                _lots.GetValueOrDefault(transfer.UserId)?.Apply(transfer);
            }
            return;
        }
        while (undo.TryPop(out var restore))
        {
            restore();
        }
        // A replayed command keeps its effect from an earlier call; the others had none.
        for (var i = first; i < outcomes.Count - 1; i++)
        {
            outcomes[i] = outcomes[i].Replayed ? outcomes[i] : new Outcome(OutcomeCode.LinkedCommandFailed, outcomes[^1].BalanceCents);
        }
        while (outcomes.Count < first + linked.Length)
        {
            outcomes.Add(new Outcome(OutcomeCode.LinkedCommandFailed, outcomes[^1].BalanceCents));
        }
    }

    private Outcome Decide(Command requested, DateTimeOffset now, Stack<Action>? undo)
    {
        var command = _joins.IsEmpty ? requested : _joins.Follow(requested);
        var userId = command.UserId;
        var lots = _lots.GetValueOrDefault(userId);
        var context = new CommandContext(
            _accounts.Find(userId) ?? Account.Empty(userId),
            CommandNeeds.HoldOf(command) is { } jobId ? _holds.Find((userId, jobId)) : null,
            (CommandNeeds.PaymentOf(command) ?? PaymentOfLot(command, lots)) is { } payment ? _payments.Find((userId, payment)) : null,
            CommandNeeds.FreezeOf(command) is { } reference ? _freezes.Find((userId, reference)) : null,
            lots,
            _joins.IsEmpty ? _usedKeys.Find((userId, command.Key)) : FindUsedKey(requested, command),
            _joins.IsEmpty ? null : _joins.Find(userId),
            command is JoinWallets join ? ContextOf(join) : null,
            command is Forfeit ? paymentId => _payments.Find((userId, paymentId)) : null);
        var decision = decide(context, command, now);
        if (decision.LotExpiry is { } expiry)
        {
            _lotExpiries.Add(expiry);
        }
        if (decision.Outcome is { Code: OutcomeCode.Done, Replayed: false })
        {
            Accept(command, decision, lots, undo);
        }
        return decision.Outcome;
    }

    private void Accept(Command command, Decision decision, LotBook? lots, Stack<Action>? undo)
    {
        var userId = command.UserId;
        _accounts.Set(userId, decision.Account, undo);
        if (decision.Hold is { } hold)
        {
            _holds.Set((userId, hold.JobId), hold, undo);
        }
        if (decision.Payment is { } payment)
        {
            _payments.Set((userId, payment.StripePaymentId), payment, undo);
        }
        if (decision.Freeze is { } freeze)
        {
            _freezes.Set((userId, freeze.Reference), freeze, undo);
        }
        if (decision.Joined is { } joined)
        {
            Accept(joined);
        }
        if (decision.Forfeited is { } forfeited)
        {
            foreach (var paid in forfeited.Payments)
            {
                _payments.Set((userId, paid.StripePaymentId), paid, undo);
            }
            _lotExpiries.AddRange(forfeited.LotExpiries);
        }
        if (decision.Transfers.Count == 0)
        {
            return;
        }
        // Only in memory: the key is stored with the last transfer.
        _usedKeys.Set((userId, command.Key), new UsedKey(command.RequestHash, decision.Outcome.BalanceCents), undo);
        var (transferCount, expiryCount) = (_transfers.Count, _lotExpiries.Count);
        foreach (var transfer in decision.Transfers)
        {
            _transfers.Add(transfer);
            if (undo is null)
            {
                (transfer.UserId == userId ? lots : _lots.GetValueOrDefault(transfer.UserId))?.Apply(transfer);
            }
            if (transfer is { OpensLot: true, ExpiresAt: { } expiresAt })
            {
                _lotExpiries.Add(new LotExpiry(transfer.UserId, transfer.Sequence, expiresAt));
            }
        }
        undo?.Push(() =>
        {
            _transfers.RemoveRange(transferCount, _transfers.Count - transferCount);
            _lotExpiries.RemoveRange(expiryCount, _lotExpiries.Count - expiryCount);
        });
    }

    private static string? PaymentOfLot(Command command, LotBook? lots) =>
        command is ExpireLot expire ? lots?.Find(expire.LotSequence)?.StripePaymentId : null;
}
