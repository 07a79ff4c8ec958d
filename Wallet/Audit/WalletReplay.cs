namespace ReelBallers.Wallet;

/// <summary>
/// Replays all transfers of one wallet and reports where the stored rows differ from the result. It is given the rows and
/// does not access the database.
/// </summary>
internal sealed partial class WalletReplay
{
    private readonly Guid userId;
    private readonly List<AuditFinding> _findings = [];
    private readonly Dictionary<string, ReplayedHold> _holds = [];
    private readonly Dictionary<string, PaymentCredits> _payments = [];
    private readonly LotBook _lots = new();
    private Account _account;
    private long _systemCents;
    private bool _chainIsValid = true;
    private bool _balanceIsValid = true;
    private bool _lotsAreValid = true;

    /// <summary>Before the first transfer.</summary>
    public WalletReplay(Guid userId) => (this.userId, _account) = (userId, Account.Empty(userId));

    /// <summary>After the transfers of the mark, all of which were verified.</summary>
    public WalletReplay(AuditMark mark)
    {
        (userId, _account, _systemCents, _lots) = (mark.Account.UserId, mark.Account, mark.SystemCents, mark.Lots);
        _holds = mark.Holds.ToDictionary();
        _payments = mark.Payments.ToDictionary(payment => payment.StripePaymentId);
        _joinSums = mark.Joins;
        Jobs = _holds.Keys;
    }

    /// <summary>The findings so far.</summary>
    public IReadOnlyList<AuditFinding> Findings => _findings;

    /// <summary>The last transfer so far.</summary>
    public long LastSequence => _account.LastSequence;

    /// <summary>The remaining lots; null when the transfers contradict each other.</summary>
    public LotBook? Lots => _lotsAreValid ? _lots : null;

    /// <summary>The jobs whose holds are known, apart from those that are open; null for all jobs.</summary>
    public IReadOnlyCollection<string>? Jobs { get; }

    /// <summary>The state so far, from which the next audit can continue. Holds that have ended are left out.</summary>
    public AuditMark Mark() => new(
        _account, _systemCents, _lots, _holds.Where(hold => hold.Value.IsOpen).ToDictionary(), [.. _payments.Values],
        _joinSums);

    /// <summary>Adds the next transfer, in order of sequence.</summary>
    public void Add(Transfer transfer)
    {
        CountArrived();
        if (transfer.Sequence != _account.LastSequence + 1)
        {
            Report(AuditCode.SequenceGap, transfer.Sequence, $"Transfer {transfer.Sequence} follows {_account.LastSequence}.");
            _lotsAreValid = false;
        }
        // The first finding of each kind is enough: later ones follow from it.
        if (_chainIsValid && transfer.ChainHash != TransferChain.Hash(_account.ChainHash, transfer))
        {
            Report(AuditCode.ChainBroken, transfer.Sequence, "This transfer or the previous one was changed after it was written.");
            _chainIsValid = false;
        }
        _account = _account.Apply(transfer);
        _systemCents += transfer.ChangeOf(AccountType.Revenue) + transfer.ChangeOf(AccountType.Stripe)
            + transfer.ChangeOf(AccountType.Promo);
        if (_balanceIsValid && (transfer.BalanceAfterCents != _account.BalanceCents || _account.BalanceCents < 0))
        {
            _balanceIsValid = false;
            Report(AuditCode.BalanceMismatch, transfer.Sequence,
                $"It states {transfer.BalanceAfterCents}; the sum of the transfers is {_account.BalanceCents}.");
        }
        _joinSums = _joinSums.Add(transfer);
        AddToHolds(transfer);
        AddToPayments(transfer);
        AddToLots(transfer);
    }

    /// <summary>Compares a checkpoint of the lots; call it after its transfer was added.</summary>
    public void Check(long sequence, string state)
    {
        if (_lotsAreValid && _account.LastSequence == sequence && LotCheckpoint.Write(_lots) != state)
        {
            Report(AuditCode.LotMismatch, sequence, "The checkpoint of the lots differs from the replay.");
        }
    }

    /// <summary>Compares the other rows; call it after the last transfer was added.</summary>
    public void Check(Account? stored, IEnumerable<Hold> holds, IEnumerable<PaymentCredits> payments, IReadOnlyList<FreezeState> freezes)
    {
        if (stored is null)
        {
            Report(AuditCode.AccountMissing, 0, "There are rows of a user without a wallet.");
            CheckSum(Account.Empty(userId));
            return;
        }
        Compare(AuditCode.BalanceMismatch, "balance", stored.BalanceCents, _account.BalanceCents);
        Compare(AuditCode.HeldMismatch, "held amount", stored.HeldCents, _account.HeldCents);
        Compare(AuditCode.ReceivableMismatch, "receivable", stored.ReceivableCents, _account.ReceivableCents);
        Compare(AuditCode.SequenceGap, "last transfer", stored.LastSequence, _account.LastSequence);
        Compare(AuditCode.FreezeMismatch, "count of freezes", stored.FreezeCount, freezes.Count(freeze => !freeze.Lifted));
        if (_chainIsValid && stored.ChainHash != _account.ChainHash)
        {
            Report(AuditCode.ChainBroken, _account.LastSequence, "The wallet's chain hash is not that of its last transfer.");
        }
        CheckHolds(holds);
        CountArrived();
        CheckPayments(payments);
        CheckJoins(stored, freezes);
        var left = _lots.Lots.Sum(lot => lot.LeftCents);
        if (_lotsAreValid && left != _account.BalanceCents)
        {
            Report(AuditCode.LotMismatch, _account.LastSequence, $"The sum of the lots is {left}; the balance is {_account.BalanceCents}.");
        }
        CheckSum(stored);
    }

    // The user's accounts from the stored wallet, the system's from the transfers. If each user's sum is zero, that of all is.
    private void CheckSum(Account stored)
    {
        var sum = stored.BalanceCents + stored.HeldCents - stored.ReceivableCents + _systemCents;
        if (sum != 0)
        {
            Report(AuditCode.SumNotZero, 0, $"The user's accounts sum to {sum} cents.");
        }
    }

    private void AddToHolds(Transfer transfer)
    {
        if (transfer is { CreditAccount: not AccountType.Held, DebitAccount: not AccountType.Held })
        {
            return;
        }
        var jobId = transfer.JobId ?? "";
        _holds[jobId] = (_holds.GetValueOrDefault(jobId) ?? ReplayedHold.Empty).Add(transfer);
    }

    private void AddToPayments(Transfer transfer)
    {
        if (transfer.StripePaymentId is not { } paymentId)
        {
            return;
        }
        var payment = _payments.GetValueOrDefault(paymentId) ?? PaymentCredits.Empty(userId, paymentId);
        var ofBonus = transfer.LotSequence is { } lot && _lots.Find(lot) is { IsBonus: true };
        _payments[paymentId] = payment.Add(transfer, ofBonus);
    }

    private void AddToLots(Transfer transfer)
    {
        if (!_lotsAreValid)
        {
            return;
        }
        try
        {
            _lots.Apply(transfer);
        }
        catch (LedgerCorruptException exception)
        {
            Report(AuditCode.LotMismatch, transfer.Sequence, exception.Message);
            _lotsAreValid = false;
        }
    }

    private void Compare(AuditCode code, string what, long stored, long replayed)
    {
        if (stored != replayed)
        {
            Report(code, 0, $"The wallet's {what} is {stored}; by the transfers it is {replayed}.");
        }
    }

    private void Report(AuditCode code, long sequence, string detail) => _findings.Add(new AuditFinding(userId, sequence, code, detail));
}
