namespace ReelBallers.Wallet;

/// <summary>Collects the transfers of one command and applies them to the account.</summary>
internal sealed class Posting(Account account, Command command, DateTimeOffset now)
{
    private readonly List<Transfer> _transfers = new(1);
    // The clocks of replicas differ, and the times in a statement must not decrease.
    private readonly DateTimeOffset _now = now > account.UpdatedAt ? now : account.UpdatedAt;
    private readonly Account _before = account;

    public Account Account { get; private set; } = account;

    public long FirstSequence => _before.LastSequence + 1;

    public Posting Move(
        AccountType from, AccountType to, long amountCents, EntryReason reason, string? jobId = null, string? paymentId = null,
        string? description = null, DateTimeOffset? expiresAt = null, long? lotSequence = null)
    {
        if (amountCents > 0)
        {
            var transfer = new Transfer(_before.UserId, Account.LastSequence + 1, from, to, amountCents, reason,
                jobId, paymentId, description, 0, _now, null, null, expiresAt, lotSequence, Guid.Empty);
            Account = Account.Apply(transfer);
            _transfers.Add(transfer with { BalanceAfterCents = Account.BalanceCents });
        }
        return this;
    }

    /// <summary>As <see cref="Done"/>; without transfers, nothing is changed.</summary>
    public Decision DoneIfAny() => _transfers.Count > 0 ? Done() : new Decision(new Outcome(OutcomeCode.Done), Account, []);

    public Decision Done(Func<Account, Hold>? hold = null)
    {
        // The key is stored with the command's last transfer, whose balance is that of the outcome.
        _transfers[^1] = _transfers[^1] with { IdempotencyKey = command.Key, RequestHash = command.RequestHash };
        var chainHash = _before.ChainHash;
        for (var i = 0; i < _transfers.Count; i++)
        {
            chainHash = TransferChain.Hash(chainHash, _transfers[i]);
            _transfers[i] = _transfers[i] with { ChainHash = chainHash };
        }
        Account = Account with { ChainHash = chainHash };
        var end = hold?.Invoke(Account);
        return new Decision(LedgerRules.OutcomeOf(command, end, Account.BalanceCents), Account, _transfers, end);
    }
}
