namespace ReelBallers.Wallet;

/// <summary>
/// The remaining lots of a wallet, computed by replaying its transfers: spending does not store them. The lots of a hold
/// are tracked, so that a refund returns to the lots it came from. If such a lot has expired meanwhile, it is extended by
/// <see cref="Grace"/>, since the user could not spend it.
/// </summary>
internal sealed class LotBook
{
    /// <summary>How long credits can be spent that a hold refunds after their lot has expired.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    private readonly SortedSet<Lot> _spendable = new(Lot.SpendingOrder);
    private readonly Dictionary<long, Lot> _lots = [];
    private readonly Dictionary<string, List<Portion>> _holds = [];

    /// <summary>The part of a lot that a hold reserves.</summary>
    public readonly record struct Portion(Lot Lot, long Cents);

    /// <summary>The last transfer that was applied.</summary>
    public long LastSequence { get; private set; }

    /// <summary>The lots with available credits, in spending order.</summary>
    public IEnumerable<Lot> Spendable => _spendable;

    /// <summary>The lots with available or held credits.</summary>
    public IReadOnlyCollection<Lot> Lots => _lots.Values;

    /// <summary>The open holds with the lots that they took from, in that order.</summary>
    public IReadOnlyDictionary<string, List<Portion>> Holds => _holds;

    /// <summary>A lot; null when nothing is left of it.</summary>
    public Lot? Find(long sequence) => _lots.GetValueOrDefault(sequence);

    /// <exception cref="LedgerCorruptException">It takes more than there is, or is not the next transfer.</exception>
    public void Apply(Transfer transfer)
    {
        if (transfer.Sequence != LastSequence + 1)
        {
            throw new LedgerCorruptException($"Transfer {transfer.Sequence} follows {LastSequence}.");
        }
        switch (transfer)
        {
            case { CreditAccount: AccountType.Wallet, DebitAccount: AccountType.Held }:
                GiveBack(transfer);
                break;
            case { CreditAccount: AccountType.Wallet }:
                Open(transfer);
                break;
            case { DebitAccount: AccountType.Wallet, CreditAccount: AccountType.Held }:
                _holds[JobOf(transfer)] = [.. Spend(transfer.AmountCents).Select(SetAside)];
                break;
            case { DebitAccount: AccountType.Wallet, LotSequence: { } lot }:
                Take(_lots.GetValueOrDefault(lot), transfer.AmountCents);
                break;
            case { DebitAccount: AccountType.Wallet }:
                _ = Spend(transfer.AmountCents);
                break;
            case { DebitAccount: AccountType.Held }:
                _ = TakeFromHold(transfer);
                break;
        }
        LastSequence = transfer.Sequence;
    }

    /// <summary>Adds a lot of a checkpoint.</summary>
    public void Restore(Lot lot)
    {
        _lots.Add(lot.Sequence, lot);
        if (lot.LeftCents > 0)
        {
            _spendable.Add(lot);
        }
    }

    /// <summary>Adds the holds of a checkpoint.</summary>
    public void Restore(long lastSequence, IEnumerable<(string JobId, List<Portion> Portions)> holds)
    {
        LastSequence = lastSequence;
        foreach (var (jobId, portions) in holds)
        {
            _holds.Add(jobId, portions);
        }
    }

    private void Open(Transfer transfer)
    {
        var lot = new Lot(transfer.Sequence, transfer.DebitAccount == AccountType.Promo, transfer.StripePaymentId, transfer.ExpiresAt)
        {
            LeftCents = transfer.AmountCents,
        };
        _lots.Add(lot.Sequence, lot);
        _spendable.Add(lot);
    }

    private List<Portion> Spend(long cents)
    {
        var portions = new List<Portion>();
        while (cents > 0)
        {
            var lot = _spendable.Min ?? throw new LedgerCorruptException($"{cents} cents were spent that no lot had.");
            var part = long.Min(cents, lot.LeftCents);
            Take(lot, part);
            portions.Add(new Portion(lot, part));
            cents -= part;
        }
        return portions;
    }

    private void Take(Lot? lot, long cents)
    {
        if (lot is null || lot.LeftCents < cents)
        {
            throw new LedgerCorruptException($"{cents} cents were taken of a lot that had {lot?.LeftCents ?? 0}.");
        }
        lot.LeftCents -= cents;
        if (lot.LeftCents == 0)
        {
            _spendable.Remove(lot);
            RemoveIfEmpty(lot);
        }
    }

    private Portion SetAside(Portion portion)
    {
        portion.Lot.HeldCents += portion.Cents;
        _lots[portion.Lot.Sequence] = portion.Lot;
        return portion;
    }

    private void GiveBack(Transfer transfer)
    {
        foreach (var (lot, cents) in TakeFromHold(transfer))
        {
            _spendable.Remove(lot);
            if (lot.ExpiresAt <= transfer.CreatedAt)
            {
                lot.ExpiresAt = transfer.CreatedAt + Grace;
            }
            lot.LeftCents += cents;
            _lots[lot.Sequence] = lot;
            _spendable.Add(lot);
        }
    }

    private List<Portion> TakeFromHold(Transfer transfer)
    {
        var cents = transfer.AmountCents;
        var taken = new List<Portion>();
        var portions = _holds.GetValueOrDefault(JobOf(transfer)) ?? [];
        while (cents > 0)
        {
            if (portions.Count == 0)
            {
                throw new LedgerCorruptException($"{cents} cents left a hold that did not have them.");
            }
            var (lot, held) = portions[0];
            var part = long.Min(cents, held);
            portions[0] = new Portion(lot, held - part);
            if (held == part)
            {
                portions.RemoveAt(0);
            }
            lot.HeldCents -= part;
            RemoveIfEmpty(lot);
            taken.Add(new Portion(lot, part));
            cents -= part;
        }
        if (portions.Count == 0)
        {
            _holds.Remove(JobOf(transfer));
        }
        return taken;
    }

    // A hold always has a job; only a direct edit of the database can remove it.
    private static string JobOf(Transfer transfer) => transfer.JobId ?? "";

    private void RemoveIfEmpty(Lot lot)
    {
        if (lot is { LeftCents: 0, HeldCents: 0 })
        {
            _lots.Remove(lot.Sequence);
        }
    }
}
