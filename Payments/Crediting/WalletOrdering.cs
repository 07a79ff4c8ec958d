using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>Gives the wallet the orders of a checkout that it has not confirmed yet, one after the other. At once and repeated is harmless: each has its key.</summary>
internal sealed partial class WalletOrdering(
    PaymentsDbContext database, WalletService.WalletServiceClient wallet, TimeProvider time, ILogger<WalletOrdering> logger)
{
    /// <summary>How many there were.</summary>
    /// <exception cref="RpcException">The wallet is out of reach: call again.</exception>
    public async Task<int> CarryOutAsync(Guid checkoutId, CancellationToken cancellationToken)
    {
        var orders = await database.WalletOrders.AsNoTracking()
            .Where(row => row.CheckoutId == checkoutId && row.DoneAt == null).OrderBy(row => row.Sequence).ToListAsync(cancellationToken);
        if (orders.Count == 0)
        {
            return 0;
        }
        var checkout = await database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == checkoutId, cancellationToken);
        foreach (var order in orders)
        {
            await GiveAsync(checkout, order, cancellationToken);
            var now = time.GetUtcNow();
            await database.WalletOrders
                .Where(row => row.CheckoutId == checkoutId && row.Sequence == order.Sequence && row.DoneAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DoneAt, now), cancellationToken);
            LogDone(checkoutId, order.Sequence, order.Kind, order.PaidCredits, order.BonusCredits, checkout.PaymentIntentId!, order.Reference);
        }
        return orders.Count;
    }

    /// <summary>The checkouts that have orders which were planned before that time and are not confirmed yet.</summary>
    public Task<List<Guid>> UndoneBeforeAsync(DateTimeOffset before, int count, CancellationToken cancellationToken) =>
        database.WalletOrders.AsNoTracking()
            .Where(row => row.DoneAt == null && row.PlannedAt <= before).Select(row => row.CheckoutId).Distinct().Take(count).ToListAsync(cancellationToken);

    private async Task GiveAsync(Checkout checkout, WalletOrder order, CancellationToken cancellationToken)
    {
        var (user, key) = (checkout.UserId.ToString(), $"reversal:{checkout.Id}:{order.Sequence}");
        try
        {
            switch (order.Kind)
            {
                case WalletOrderKind.ClawBack:
                    await wallet.ClawBackAsync(
                        new ClawBackRequest
                        {
                            UserId = user,
                            IdempotencyKey = key,
                            StripePaymentId = checkout.PaymentIntentId,
                            PaidCents = order.PaidCredits,
                            BonusCents = order.BonusCredits,
                            Description = Wording.Reversal(checkout),
                        },
                        cancellationToken: cancellationToken);
                    break;
                case WalletOrderKind.Reinstate:
                    await wallet.ReinstateAsync(
                        new ReinstateRequest
                        {
                            UserId = user,
                            IdempotencyKey = key,
                            StripePaymentId = checkout.PaymentIntentId,
                            PaidCents = order.PaidCredits,
                            BonusCents = order.BonusCredits,
                            Description = Wording.Reinstatement(checkout),
                        },
                        cancellationToken: cancellationToken);
                    break;
                case WalletOrderKind.Freeze:
                    await wallet.FreezeAsync(new FreezeRequest { UserId = user, Reference = order.Reference }, cancellationToken: cancellationToken);
                    break;
                case WalletOrderKind.Unfreeze:
                    await wallet.UnfreezeAsync(new UnfreezeRequest { UserId = user, Reference = order.Reference }, cancellationToken: cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException($"{order.Kind} is no order to the wallet.");
            }
        }
        catch (RpcException refusal) when (refusal.ErrorCode() is WalletErrorCodes.NothingToClawBack or WalletErrorCodes.NothingToReinstate)
        {
            // Somebody else saw to it, by hand in the wallet: what we want is so.
            LogNothing(checkout.Id, order.Sequence, refusal.ErrorCode()!);
        }
    }

    [LoggerMessage(LogLevel.Information, "Checkout {CheckoutId}: order {Sequence} is done: {Kind} {PaidCredits} credits and {BonusCredits} of bonus of payment {PaymentIntentId} {Reference}")]
    private partial void LogDone(
        Guid checkoutId, int sequence, WalletOrderKind kind, long paidCredits, long bonusCredits, string paymentIntentId, string reference);

    [LoggerMessage(LogLevel.Warning, "Checkout {CheckoutId}: order {Sequence} met a wallet in which it was done already: {Code}")]
    private partial void LogNothing(Guid checkoutId, int sequence, string code);
}
