using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Transfers of a user, summed: those of one payment, or those of none.</summary>
internal sealed record LedgerSum(Guid UserId, string? Payment, int From, int To, int Reason, long Cents, long Count);

/// <summary>
/// The transfers of the ledger, and what follows from them by adding up. The numbers are those of the rows, as docs/ledger.md explains
/// the accounts: none of the Wallet's code is used.
/// </summary>
internal sealed record LedgerBooks(IReadOnlyList<LedgerSum> Sums)
{
    private const int Wallet = 1;
    private const int Stripe = 4;
    private const int Promo = 5;
    private const int Receivable = 6;

    private const int Topup = 1;
    private const int Debit = 2;
    private const int Bonus = 4;
    private const int Clawback = 5;
    private const int Adjustment = 6;

    public static async Task<LedgerBooks> ReadAsync(TestDatabase wallet)
    {
        await using var connection = new NpgsqlConnection(wallet.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            select user_id, stripe_payment_id, debit_account::int, credit_account::int, reason::int, sum(amount_cents)::bigint, count(*)
            from transfers group by 1, 2, 3, 4, 5
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var sums = new List<LedgerSum>();
        while (await reader.ReadAsync())
        {
            sums.Add(new LedgerSum(
                reader.GetGuid(0), await reader.IsDBNullAsync(1) ? null : reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3),
                reader.GetInt32(4), reader.GetInt64(5), reader.GetInt64(6)));
        }
        return new LedgerBooks(sums);
    }

    /// <summary>The users who have ever had a transfer.</summary>
    public IEnumerable<Guid> Users => Sums.Select(sum => sum.UserId).Distinct();

    /// <summary>The payments that have ever had one.</summary>
    public IEnumerable<string> Payments => Sums.Select(sum => sum.Payment).OfType<string>().Distinct();

    public long BalanceOf(Guid user) => InOrOut(user, Wallet);

    public long OwedBy(Guid user) => -InOrOut(user, Receivable);

    public long SpentBy(Guid user) => Sums.Where(sum => sum.UserId == user && sum.Reason == Debit).Sum(sum => sum.Cents);

    /// <summary>Whether a user ever owed anything.</summary>
    public bool HasDebts => Sums.Any(sum => sum.From == Receivable);

    public LedgerPayment Of(string payment) => new(
        Credited(payment, Topup, Stripe), Credited(payment, Bonus, Promo),
        Taken(payment, Stripe), Taken(payment, Promo), Restored(payment, Stripe), Restored(payment, Promo));

    private (long Cents, long Count) Credited(string payment, int reason, int from)
    {
        var sums = Sums.Where(sum => sum.Payment == payment && sum.Reason == reason && sum.From == from && sum.To == Wallet).ToList();
        return (sums.Sum(sum => sum.Cents), sums.Sum(sum => sum.Count));
    }

    private long Taken(string payment, int to) =>
        Sums.Where(sum => sum.Payment == payment && sum.Reason == Clawback && sum.To == to).Sum(sum => sum.Cents);

    private long Restored(string payment, int from) =>
        Sums.Where(sum => sum.Payment == payment && sum.Reason == Adjustment && sum.From == from).Sum(sum => sum.Cents);

    private long InOrOut(Guid user, int account) => Sums.Where(sum => sum.UserId == user)
        .Sum(sum => (sum.To == account ? sum.Cents : 0) - (sum.From == account ? sum.Cents : 0));
}

/// <summary>What the ledger did about a payment.</summary>
/// <param name="Paid">Credited for the price, and by how many transfers.</param>
/// <param name="Bonus">Credited as a bonus.</param>
/// <param name="PaidTaken">Ever clawed back of the first.</param>
/// <param name="BonusTaken">Ever clawed back of the bonus.</param>
/// <param name="PaidRestored">Ever reinstated of the first.</param>
/// <param name="BonusRestored">Ever reinstated of the bonus.</param>
internal sealed record LedgerPayment(
    (long Cents, long Count) Paid, (long Cents, long Count) Bonus, long PaidTaken, long BonusTaken, long PaidRestored, long BonusRestored);
