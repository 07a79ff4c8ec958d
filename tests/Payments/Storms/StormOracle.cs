namespace ReelBallers.Payments.Tests;

/// <summary>
/// What must be in the wallets, from Stripe's objects alone, and whether the ledger's transfers agree. It states the promises (a payer
/// keeps at least the share of the credits that we keep of the money) and uses none of the services' formulas, rows or code.
/// </summary>
internal sealed class StormOracle(StripeBooks stripe, LedgerBooks ledger)
{
    // By the price list: what is given on top.
    private static readonly Dictionary<long, long> BonusOfPrice = new() { [2_000] = 200, [3_500] = 700 };

    private readonly List<string> _findings = [];

    /// <summary>Whether the wallet of a user must be frozen.</summary>
    public bool IsFrozen(Guid user) => PaymentsOf(user).Any(payment => payment.IsBeforeTheBank);

    /// <summary>All that is wrong; empty when nothing is.</summary>
    public IReadOnlyList<string> Judge()
    {
        _findings.Clear();
        foreach (var payment in stripe.Payments)
        {
            Judge(payment);
        }
        var known = stripe.Payments.Select(payment => payment.Id).ToHashSet();
        _findings.AddRange(ledger.Payments.Where(payment => !known.Contains(payment)).Select(payment => $"{payment}: never paid"));
        foreach (var user in stripe.Payments.Select(payment => payment.UserId).Concat(ledger.Users).Distinct())
        {
            Judge(user);
        }
        return _findings;
    }

    private void Judge(StripePayment payment)
    {
        var found = ledger.Of(payment.Id);
        var bonus = BonusOf(payment);
        Expect(payment.Id, "credited", found.Paid, payment.IsOurs ? (payment.Price, 1L) : (0, 0));
        Expect(payment.Id, "credited as a bonus", found.Bonus, payment.IsOurs && bonus > 0 ? (bonus, 1L) : (0, 0));
        if (!payment.IsOurs)
        {
            Expect(payment.Id, "taken", found.PaidTaken + found.BonusTaken, 0);
            return;
        }
        Expect(payment.Id, "kept", found.Paid.Cents - found.PaidTaken + found.PaidRestored, KeptOf(payment.Price, payment));
        Expect(payment.Id, "kept of the bonus", found.Bonus.Cents - found.BonusTaken + found.BonusRestored, KeptOf(bonus, payment));
        if (found.PaidTaken > payment.ClaimedCents)
        {
            _findings.Add($"{payment.Id}: {found.PaidTaken} were taken in all, and {payment.ClaimedCents} claimed. {Story(payment)}");
        }
        if (found.PaidRestored + found.BonusRestored > 0 && !payment.HasRecovered)
        {
            _findings.Add($"{payment.Id}: credits were given back, and no money was. {Story(payment)}");
        }
    }

    private void Judge(Guid user)
    {
        var payments = PaymentsOf(user);
        var (balance, owed, spent) = (ledger.BalanceOf(user), ledger.OwedBy(user), ledger.SpentBy(user));
        Expect($"User {user}", "balance less debt", balance - owed,
            payments.Sum(payment => KeptOf(payment.Price, payment) + KeptOf(BonusOf(payment), payment)) - spent);
        if (balance < 0 || owed < 0 || owed > spent)
        {
            _findings.Add($"User {user}: a balance of {balance} and {owed} owed, after {spent} were spent.");
        }
        if (payments is [var only])
        {
            // The bonus is spent first. What was spent and is not kept is owed, for the bonus and the rest of it separately.
            var ofBonus = Math.Min(spent, BonusOf(only));
            Expect($"User {user}", "owed for the only payment", owed,
                Math.Max(0, ofBonus - KeptOf(BonusOf(only), only)) + Math.Max(0, spent - ofBonus - KeptOf(only.Price, only)));
        }
    }

    private List<StripePayment> PaymentsOf(Guid user) => [.. stripe.Payments.Where(payment => payment.IsOurs && payment.UserId == user)];

    private static long BonusOf(StripePayment payment) => BonusOfPrice.GetValueOrDefault(payment.Price);

    // At least the share that we keep of the money, and not a whole credit more.
    private static long KeptOf(long credits, StripePayment payment) =>
        (long)Math.Ceiling((decimal)credits * payment.LeftCents / payment.Price);

    private void Expect<T>(string subject, string what, T found, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(found, expected))
        {
            var story = stripe.Payments.Where(payment => payment.Id == subject).Select(Story).FirstOrDefault("");
            _findings.Add($"{subject}: {what}: {found}, and should be {expected}. {story}");
        }
    }

    private static string Story(StripePayment payment) => $"({payment.Price} paid"
        + string.Concat(payment.Refunds.Select(refund => $"; {refund.Amount} {refund.Currency} refunded, {refund.Status}"))
        + string.Concat(payment.Disputes.Select(dispute => $"; {dispute.Amount} {dispute.Currency} disputed, {dispute.Status}")) + ")";
}
