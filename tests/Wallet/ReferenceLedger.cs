namespace ReelBallers.Wallet.Tests;

/// <summary>What the ledger ought to do, in the fewest words: no transfers, no accounts, only what a caller can see.</summary>
internal sealed class ReferenceLedger
{
    private readonly Dictionary<(Guid, string), (string Request, string Answer)> _keys = [];
    private readonly Dictionary<(Guid, string), (long Held, string End, string Answer)> _holds = [];

    public Dictionary<Guid, (long Ready, long Held)> Wallets { get; } = [];

    public string Apply(Command command)
    {
        // The text of a record has all of its fields, and the key is the same where it matters.
        var request = command.ToString();
        if (_keys.TryGetValue((command.UserId, command.Key), out var known))
        {
            return known.Request == request ? $"{known.Answer} again" : "IdempotencyKeyReused";
        }
        var answer = Do(command);
        if (answer.StartsWith("ok", StringComparison.Ordinal) && !answer.EndsWith("again", StringComparison.Ordinal))
        {
            _keys[(command.UserId, command.Key)] = (request, answer);
        }
        return answer;
    }

    private string Do(Command command)
    {
        var user = command.UserId;
        var (ready, held) = Wallets.GetValueOrDefault(user);
        switch (command)
        {
            case Credit c when ready + held + c.AmountCents > 10_000_000_000_000: return "BalanceLimitExceeded";
            case Credit c: return Set(user, ready + c.AmountCents, held);
            case Debit d when d.AmountCents > ready: return "InsufficientFunds";
            case Debit d: return Set(user, ready - d.AmountCents, held);
            case PlaceHold p when _holds.ContainsKey((user, p.JobId)): return "HoldExists";
            case PlaceHold p when p.AmountCents > ready: return "InsufficientFunds";
            case PlaceHold p:
                _holds[(user, p.JobId)] = (p.AmountCents, "", "");
                return Set(user, ready - p.AmountCents, held + p.AmountCents);
            case SettleHold s: return End(user, s.JobId, s.AmountCents, $"settled {s.AmountCents}");
            case ReleaseHold r: return End(user, r.JobId, 0, "released");
            default: throw new InvalidOperationException();
        }
    }

    private string End(Guid user, string job, long cost, string end)
    {
        if (!_holds.TryGetValue((user, job), out var hold))
        {
            return "HoldNotFound";
        }
        if (hold.End == end)
        {
            return $"{hold.Answer} again";
        }
        if (hold.End.Length > 0)
        {
            return hold.End == "released" ? "HoldReleased" : "HoldSettled";
        }
        if (cost > hold.Held)
        {
            return "SettleExceedsHold";
        }
        var (ready, held) = Wallets[user];
        var answer = $"{Set(user, ready + hold.Held - cost, held - hold.Held)} {cost} {hold.Held - cost}";
        _holds[(user, job)] = (hold.Held, end, answer);
        return answer;
    }

    private string Set(Guid user, long ready, long held)
    {
        Wallets[user] = (ready, held);
        return $"ok {ready}";
    }
}
