namespace ReelBallers.Wallet.Tests;

/// <summary>
/// The simplest model of the ledger: no transfers and no accounts, only pots of credits, and the outcomes that a caller
/// sees.
/// </summary>
internal sealed partial class ReferenceLedger
{
    private readonly Dictionary<(Guid, string), (string Request, string Answer)> _keys = [];
    private readonly List<(Command Command, DateTimeOffset Now)> _history = [];
    private readonly Dictionary<Guid, Wallet> _wallets = [];

    public IReadOnlyDictionary<Guid, Wallet> Wallets => _wallets;

    public string Apply(Command command, DateTimeOffset now)
    {
        // The text of a record contains all fields, including the key, which is equal here.
        var request = command.ToString();
        if (_keys.TryGetValue((command.UserId, command.Key), out var known))
        {
            return known.Request == request ? $"{known.Answer} again" : "IdempotencyKeyReused";
        }
        var wallet = Of(WalletOf(command));
        var answer = command is JoinWallets join ? Joined(join) : wallet.Apply(Named(command), now);
        if (answer == "ok")
        {
            _history.Add((command, now));
            answer = command is JoinWallets ? $"ok {Of(EndOf(command.UserId)).Ready}" : wallet.EndOf(command);
            if (command is not (Freeze or Unfreeze) && !(command is Forfeit && wallet.LostNothing))
            {
                _keys[(command.UserId, command.Key)] = (request, answer);
            }
        }
        return answer;
    }

    /// <summary>Applies all of the commands, or none.</summary>
    public (string[] Answers, ReferenceLedger After) ApplyLinked(IReadOnlyList<Command> commands, DateTimeOffset now)
    {
        var tried = new ReferenceLedger();
        _history.ForEach(step => tried.Apply(step.Command, step.Now));
        var answers = new List<string>();
        foreach (var command in commands)
        {
            answers.Add(tried.Apply(command, now));
            if (!answers[^1].StartsWith("ok", StringComparison.Ordinal))
            {
                var refused = answers.Select(
                    (answer, n) => n == answers.Count - 1
                        || answer.EndsWith("again", StringComparison.Ordinal) ? answer : "LinkedCommandFailed");
                return ([.. refused, .. commands.Skip(answers.Count).Select(_ => "LinkedCommandFailed")], this);
            }
        }
        return ([.. answers], tried);
    }

    private Wallet Of(Guid user) => _wallets.TryGetValue(user, out var wallet) ? wallet : _wallets[user] = new Wallet();

    public sealed class Pot(long number, bool bonus, string? payment, DateTimeOffset expires)
    {
        public long Number { get; } = number;

        public bool Bonus { get; } = bonus;

        public string? Payment { get; } = payment;

        public DateTimeOffset Expires { get; set; } = expires;

        public long Left { get; set; }
    }

    private sealed class Hold(long amount, DateTimeOffset expires, List<(Pot Pot, long Cents)> from)
    {
        public long Amount { get; } = amount;

        public DateTimeOffset Expires { get; } = expires;

        public List<(Pot Pot, long Cents)> From { get; } = from;

        public string State { get; set; } = "open";

        public string Answer { get; set; } = "";
    }

    public sealed partial class Wallet
    {
        private const string Forfeited = "given up";
        private readonly Dictionary<string, Hold> _holds = [];
        private readonly Dictionary<(string Payment, bool Bonus), Sums> _payments = [];
        private readonly Dictionary<string, bool> _freezes = [];
        private readonly List<Pot> _pots = [];
        private long _moves;

        public long Ready => _pots.Sum(pot => pot.Left);

        public long Held => _holds.Values.Where(hold => hold.State == "open").Sum(hold => hold.Amount);

        public long Owed { get; private set; }

        public bool Frozen => _freezes.ContainsValue(true);

        /// <summary>Of a wallet that was given up: whether it had nothing then.</summary>
        public bool LostNothing { get; private set; }

        public IEnumerable<Pot> InOrder =>
            _pots.Where(pot => pot.Left > 0).OrderBy(pot => pot.Expires).ThenBy(pot => !pot.Bonus).ThenBy(pot => pot.Number);

        /// <summary>"ok" when the command was executed; else the complete outcome.</summary>
        public string Apply(Command command, DateTimeOffset now)
        {
            switch (command)
            {
                case Credit c when Ready + Held + c.AmountCents > 10_000_000_000_000: return "BalanceLimitExceeded";
                case Credit c: return Credited(c);
                case PlaceHold p when _holds.ContainsKey(p.JobId): return "HoldExists";
                case PlaceHold or Debit when Closed: return "WalletJoined";
                case PlaceHold or Debit when Frozen: return "WalletFrozen";
                case Debit d when d.AmountCents > Ready: return "InsufficientFunds";
                case Debit d: return Spent(d.AmountCents, []);
                case Deduct d: return d.AmountCents > Ready ? "InsufficientFunds" : Spent(d.AmountCents, []);
                case PlaceHold p when p.AmountCents > Ready: return "InsufficientFunds";
                case PlaceHold p:
                    _holds[p.JobId] = new Hold(p.AmountCents, p.ExpiresAt ?? DateTimeOffset.MaxValue, []);
                    return Spent(p.AmountCents, _holds[p.JobId].From);
                case SettleHold s: return Ended(s.JobId, $"settled {s.AmountCents}", s.AmountCents, now);
                case ReleaseHold r: return Ended(r.JobId, "released", 0, now);
                case ExpireHold e: return Ended(e.JobId, "expired", 0, now);
                case ClawBack b: return Taken(b.StripePaymentId, b.PaidCents, b.BonusCents);
                case Reinstate r: return Restored(r.StripePaymentId, r.PaidCents, r.BonusCents);
                case Freeze f: return _freezes.TryAdd(f.Reference, true) ? "ok" : $"ok {Ready} again";
                case Unfreeze u when _freezes.GetValueOrDefault(u.Reference, true):
                    _freezes[u.Reference] = false;
                    return "ok";
                case Unfreeze: return $"ok {Ready} again";
                case ExpireLot e: return Expired(e.LotSequence, now);
                case Forfeit when Held > 0: return "HoldsOpen";
                case Forfeit when Closed: return "WalletJoined";
                case Forfeit when !_freezes.TryAdd(Forfeited, true): return $"ok {Ready} again";
                case Forfeit f: return Lost(f.LimitCents);
                default: throw new InvalidOperationException();
            }
        }

        /// <summary>The settled and refunded amounts of an ended hold.</summary>
        public string EndOf(Command command) =>
            command is SettleHold or ReleaseHold or ExpireHold ? _holds[CommandNeeds.HoldOf(command)!].Answer : $"ok {Ready}";

        private string Credited(Credit credit)
        {
            var bonus = credit.Reason != EntryReason.Topup;
            var pot = Opened(credit.AmountCents, bonus, credit.StripePaymentId, credit.ExpiresAt);
            if (credit.StripePaymentId is { } payment)
            {
                var sums = Of(payment, bonus);
                _payments[(payment, bonus)] = sums with { Brought = sums.Brought + credit.AmountCents };
            }
            if (!bonus && Owed > 0)
            {
                var paid = long.Min(Owed, credit.AmountCents);
                (Owed, pot.Left, _moves) = (Owed - paid, pot.Left - paid, _moves + 1);
            }
            return "ok";
        }

        private Pot Opened(long cents, bool bonus, string? payment, DateTimeOffset? expires)
        {
            _pots.Add(new Pot(++_moves, bonus, payment, expires ?? DateTimeOffset.MaxValue) { Left = cents });
            return _pots[^1];
        }

        private string Spent(long cents, List<(Pot, long)> from)
        {
            _moves++;
            foreach (var pot in InOrder.ToList())
            {
                var part = long.Min(cents, pot.Left);
                (pot.Left, cents) = (pot.Left - part, cents - part);
                if (part > 0)
                {
                    from.Add((pot, part));
                }
            }
            return "ok";
        }

        private string Ended(string job, string end, long cost, DateTimeOffset now)
        {
            if (!_holds.TryGetValue(job, out var hold))
            {
                return "HoldNotFound";
            }
            if (end == "expired" && (hold.State != "open" || hold.Expires > now))
            {
                return "NotDue";
            }
            if (hold.State == end || (hold.State, end) == ("expired", "released"))
            {
                return $"{hold.Answer} again";
            }
            if (hold.State != "open")
            {
                return hold.State switch { "released" => "HoldReleased", "expired" => "HoldExpired", _ => "HoldSettled" };
            }
            if (cost > hold.Amount)
            {
                return "SettleExceedsHold";
            }
            _moves += (cost > 0 ? 1 : 0) + (cost < hold.Amount ? 1 : 0);
            var earned = cost;
            foreach (var (pot, cents) in hold.From)
            {
                var back = cents - long.Min(cents, earned);
                earned -= cents - back;
                if (back > 0 && pot.Expires <= now)
                {
                    pot.Expires = now + TimeSpan.FromDays(7);
                }
                pot.Left += back;
            }
            if (Owed > 0 && cost < hold.Amount)
            {
                var paid = long.Min(Owed, hold.Amount - cost);
                Owed -= paid;
                Spent(paid, []);
            }
            (hold.State, hold.Answer) = (end, $"ok {Ready} {cost} {hold.Amount - cost}");
            return "ok";
        }

        private string Taken(string payment, long paid, long bonus)
        {
            if (!_payments.Keys.Any(part => part.Payment == payment))
            {
                return "PaymentNotFound";
            }
            var wanted = new[] { (Bonus: false, Cents: paid), (Bonus: true, Cents: bonus) }
                .Select(part => (part.Bonus, Cents: long.Min(part.Cents, Of(payment, part.Bonus).Brought - Of(payment, part.Bonus).Taken)))
                    .ToArray();
            if (wanted.Sum(part => part.Cents) == 0)
            {
                return "NothingToClawBack";
            }
            foreach (var (isBonus, all) in wanted)
            {
                var cents = all;
                foreach (var pot in InOrder.Where(pot => pot.Payment == payment && pot.Bonus == isBonus).ToList())
                {
                    var part = long.Min(cents, pot.Left);
                    (pot.Left, cents, _moves) = (pot.Left - part, cents - part, _moves + (part > 0 ? 1 : 0));
                }
                var sums = Of(payment, isBonus);
                var unspent = long.Min(cents, sums.Expired);
                var owed = cents - unspent;
                (Owed, _moves) = (Owed + owed, _moves + (unspent > 0 ? 1 : 0) + (owed > 0 ? 1 : 0));
                _payments[(payment, isBonus)] = sums with
                {
                    Taken = sums.Taken + all,
                    Expired = sums.Expired - unspent,
                    TakenExpired = sums.TakenExpired + unspent,
                    TakenOwed = sums.TakenOwed + owed,
                };
            }
            return "ok";
        }

        private string Restored(string payment, long paid, long bonus)
        {
            if (!_payments.Keys.Any(part => part.Payment == payment))
            {
                return "PaymentNotFound";
            }
            var (paidBack, bonusBack) = (long.Min(paid, Of(payment, false).Taken), long.Min(bonus, Of(payment, true).Taken));
            if (paidBack + bonusBack == 0)
            {
                return "NothingToReinstate";
            }
            if (Ready + Held + paidBack + bonusBack > 10_000_000_000_000)
            {
                return "BalanceLimitExceeded";
            }
            foreach (var (isBonus, cents) in new[] { (false, paidBack), (true, bonusBack) })
            {
                // In the reverse order of taking: what was owed, what had expired, what was there.
                var sums = Of(payment, isBonus);
                var owed = long.Min(cents, sums.TakenOwed);
                var dead = long.Min(cents - owed, sums.TakenExpired);
                var back = cents - dead;
                var forgiven = long.Min(back, Owed);
                (Owed, _moves) = (Owed - forgiven, _moves + (forgiven > 0 ? 1 : 0) + (dead > 0 ? 1 : 0));
                if (back > forgiven)
                {
                    Opened(back - forgiven, isBonus, payment, null);
                }
                _payments[(payment, isBonus)] = sums with
                {
                    Taken = sums.Taken - cents,
                    Expired = sums.Expired + dead,
                    TakenExpired = sums.TakenExpired - dead,
                    TakenOwed = sums.TakenOwed - owed,
                };
            }
            return "ok";
        }

        private string Expired(long number, DateTimeOffset now)
        {
            var pot = _pots.SingleOrDefault(pot => pot.Number == number);
            if (pot is null || pot.Left == 0 || pot.Expires > now)
            {
                return "NotDue";
            }
            if (pot.Payment is { } payment)
            {
                var sums = Of(payment, pot.Bonus);
                _payments[(payment, pot.Bonus)] = sums with { Expired = sums.Expired + pot.Left };
            }
            (pot.Left, _moves) = (0, _moves + 1);
            return "ok";
        }

        private string Lost(long limit)
        {
            LostNothing = limit == 0 || Ready == 0;
            foreach (var pot in _pots.Where(pot => pot.Left > 0))
            {
                var cents = long.Min(limit, pot.Left);
                (pot.Left, limit, _moves) = (pot.Left - cents, limit - cents, _moves + (cents > 0 ? 1 : 0));
                if (pot.Payment is { } payment)
                {
                    var sums = Of(payment, pot.Bonus);
                    _payments[(payment, pot.Bonus)] = sums with { Expired = sums.Expired + cents };
                }
            }
            return "ok";
        }

        private Sums Of(string payment, bool bonus) => _payments.GetValueOrDefault((payment, bonus));

        private readonly record struct Sums(long Brought, long Taken, long Expired, long TakenExpired, long TakenOwed);
    }
}
