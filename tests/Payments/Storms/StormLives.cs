using System.Collections.Concurrent;

namespace ReelBallers.Payments.Tests;

/// <summary>What becomes of a payment while the storm rages.</summary>
internal sealed class StormLives(StormStack stack, StormUsers users)
{
    private const string Declined = "4000000000000002";
    private const string RefundsStayPending = "4000000000007726";
    private const string RefundsFail = "4000000000005126";
    private const string Inquiry = "4000000000001976";

    /// <summary>Disputes and appeals about which the bank has not decided.</summary>
    public ConcurrentQueue<string> Undecided { get; } = [];

    public async Task LiveAsync(StormPurchase purchase)
    {
        var (random, cents) = (purchase.Random, purchase.Cents);
        var url = await users.TopupAsync(purchase);
        switch (random.Next(16))
        {
            case 0:
                await stack.Bank.PayAsync(url, ("card_number", Declined));
                await LookPaidAsync(purchase, url);
                break;
            case 1:
                await stack.Bank.ExpireAsync(url);
                break;
            case 2:
                await stack.Bank.PayAsync(url, ("payment_method", "us_bank_account"),
                    ("account_number", random.Next(2) == 0 ? "000123456789" : "000111111116"));
                break;
            case 3:
                await stack.Bank.RefundAsync(await stack.Bank.PaidAsync(url));
                break;
            case 4 or 5:
                var parts = await stack.Bank.PaidAsync(url);
                for (var part = random.Next(1, 4); part > 0; part--)
                {
                    await stack.Bank.RefundAsync(parts, cents / 4);
                }
                break;
            case 6:
                await stack.Bank.RefundAsync(
                    await stack.Bank.PaidAsync(url, random.Next(2) == 0 ? RefundsFail : RefundsStayPending), cents / 3);
                break;
            case 7:
                Undecided.Enqueue(await stack.Bank.DisputeAsync(await stack.Bank.PaidAsync(url), random.Next(2) == 0 ? null : cents / 2));
                break;
            case 8:
                await stack.Bank.CloseAsync(await DisputedAsync(url), isWon: true);
                break;
            case 9:
                var partly = await stack.Bank.PaidAsync(url);
                await stack.Bank.RefundAsync(partly, cents / 5);
                await stack.Bank.CloseAsync(await stack.Bank.DisputeAsync(partly), isWon: false);
                break;
            case 10:
                await AppealAsync(url, random);
                break;
            case 11:
                await users.RefundAsync(await stack.Bank.PaidAsync(url), random.Next(2) == 0 ? 0 : cents / 2, purchase.Key, force: true);
                break;
            case 12:
                var spent = await SpentAsync(purchase, url, random.Next(1, (int)cents));
                await users.RefundAsync(spent, cents / 2, purchase.Key, force: false);
                break;
            case 13:
                await SpentAsync(purchase, await PaidOnceAsync(url, Inquiry), random.Next(1, (int)cents));
                break;
            case 14:
                Undecided.Enqueue(await stack.Bank.DisputeAsync(await SpentAsync(purchase, url, random.Next(1, (int)cents))));
                break;
            default:
                await stack.Bank.RefundAsync(await SpentAsync(purchase, url, random.Next(1, (int)cents)), cents / 2);
                break;
        }
    }

    private async Task LookPaidAsync(StormPurchase purchase, string url)
    {
        await stack.Bank.PaidAsync(url);
        await users.LookAsync(purchase, url);
    }

    private async Task<string> DisputedAsync(string url) => await stack.Bank.DisputeAsync(await stack.Bank.PaidAsync(url));

    private async Task<string> PaidOnceAsync(string url, string card)
    {
        await stack.Bank.PaidAsync(url, card);
        return url;
    }

    // Pays unless that is done, and spends; returns the payment.
    private async Task<string> SpentAsync(StormPurchase purchase, string url, long cents)
    {
        var payment = await stack.Bank.PaidAsync(url);
        await users.CreditedAsync(purchase, payment);
        await users.SpendAsync(purchase.UserId, cents);
        return payment;
    }

    // The merchant appeals against a lost dispute: some are won, some lost, some wait.
    private async Task AppealAsync(string url, Random random)
    {
        var dispute = await DisputedAsync(url);
        await stack.Bank.CloseAsync(dispute, isWon: false);
        await stack.Bank.AppealAsync(dispute);
        switch (random.Next(4))
        {
            case 0:
                await stack.Bank.CloseAsync(dispute, isWon: true);
                break;
            case 1:
                await stack.Bank.ReviewAsync(dispute);
                await stack.Bank.CloseAsync(dispute, isWon: false);
                break;
            case 2:
                await stack.Bank.ReviewAsync(dispute);
                Undecided.Enqueue(dispute);
                break;
            default:
                Undecided.Enqueue(dispute);
                break;
        }
    }
}
