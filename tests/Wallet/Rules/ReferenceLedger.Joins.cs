namespace ReelBallers.Wallet.Tests;

// Joins in the simplest model: pots change hands, and a user's commands find them where they are.
internal sealed partial class ReferenceLedger
{
    private readonly Dictionary<Guid, (Guid Into, string Answer)> _joins = [];

    private Guid EndOf(Guid user) => _joins.TryGetValue(user, out var join) ? EndOf(join.Into) : user;

    private Guid WalletOf(Command command) =>
        command is Credit or Deduct or ClawBack or Reinstate or Freeze or Unfreeze ? EndOf(command.UserId) : command.UserId;

    // The references of another user's freezes are that user's.
    private Command Named(Command command) => command switch
    {
        Freeze f when EndOf(f.UserId) != f.UserId => f with { Reference = $"{f.UserId}'s {f.Reference}" },
        Unfreeze u when EndOf(u.UserId) != u.UserId => u with { Reference = $"{u.UserId}'s {u.Reference}" },
        _ => command,
    };

    private string Joined(JoinWallets join)
    {
        var into = EndOf(join.IntoUserId);
        if (_joins.TryGetValue(join.UserId, out var known))
        {
            return EndOf(join.UserId) == into ? $"{known.Answer} again" : "AlreadyJoined";
        }
        if (into == join.UserId)
        {
            return "JoinCycle";
        }
        var (from, to) = (Of(join.UserId), Of(into));
        if (from.Held > 0)
        {
            return "HoldsOpen";
        }
        if (from.Ready + to.Ready + to.Held > 10_000_000_000_000)
        {
            return "BalanceLimitExceeded";
        }
        to.Take(from, join.UserId);
        _joins[join.UserId] = (into, $"ok {to.Ready}");
        return "ok";
    }

    public sealed partial class Wallet
    {
        public bool Closed { get; private set; }

        public void Take(Wallet other, Guid user)
        {
            foreach (var pot in other._pots.Where(pot => pot.Left > 0))
            {
                _pots.Add(new Pot(++_moves, pot.Bonus, pot.Payment, pot.Expires) { Left = pot.Left });
                pot.Left = 0;
            }
            (Owed, _moves) = (Owed + other.Owed, _moves + (other.Owed > 0 ? 1 : 0));
            foreach (var (part, sums) in other._payments)
            {
                var own = Of(part.Payment, part.Bonus);
                _payments[part] = new Sums(
                    own.Brought + sums.Brought, own.Taken + sums.Taken, own.Expired + sums.Expired,
                    own.TakenExpired + sums.TakenExpired, own.TakenOwed + sums.TakenOwed);
            }
            foreach (var (reference, active) in other._freezes.Where(freeze => freeze.Key != Forfeited))
            {
                _freezes[reference.Contains("'s ", StringComparison.Ordinal) ? reference : $"{user}'s {reference}"] = active;
            }
            (other.Owed, other.Closed) = (0, true);
        }
    }
}
