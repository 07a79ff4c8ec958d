using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>
/// Sends the wallet the unconfirmed commands of a checkout, in order. Safe to repeat and to run concurrently: each
/// command has its key.
/// </summary>
internal sealed partial class WalletOutbox(
    PaymentsDbContext database, WalletService.WalletServiceClient wallet, ServiceTracer tracer, TimeProvider time,
    ILogger<WalletOutbox> logger)
{
    /// <summary>Returns how many were sent.</summary>
    /// <exception cref="RpcException">The wallet is unavailable: call again.</exception>
    public async Task<int> SendPendingAsync(Guid checkoutId, CancellationToken cancellationToken)
    {
        var commands = await database.WalletCommands.AsNoTracking()
            .Where(row => row.CheckoutId == checkoutId && row.DoneAt == null).OrderBy(row => row.Sequence).ToListAsync(cancellationToken);
        if (commands.Count == 0)
        {
            return 0;
        }
        var checkout = await database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == checkoutId, cancellationToken);
        foreach (var command in commands)
        {
            using var span = tracer.Continue("send wallet command", command.TraceParent);
            span?.SetTag("reelballers.checkout.id", checkoutId).SetTag("reelballers.wallet_command.kind", command.Kind.ToString());
            await SendAsync(checkout, command, cancellationToken);
            var now = time.GetUtcNow();
            await database.WalletCommands
                .Where(row => row.CheckoutId == checkoutId && row.Sequence == command.Sequence && row.DoneAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DoneAt, now), cancellationToken);
            LogDone(checkoutId, command.Sequence, command.Kind, command.PaidCredits, command.BonusCredits, checkout.PaymentIntentId!,
                command.Reference);
        }
        return commands.Count;
    }

    /// <summary>The checkouts with unconfirmed commands that were planned before that time.</summary>
    public Task<List<Guid>> PendingBeforeAsync(DateTimeOffset before, int count, CancellationToken cancellationToken) =>
        database.WalletCommands.AsNoTracking()
            .Where(row => row.DoneAt == null && row.PlannedAt <= before)
            .Select(row => row.CheckoutId).Distinct().Take(count).ToListAsync(cancellationToken);

    private async Task SendAsync(Checkout checkout, WalletCommand command, CancellationToken cancellationToken)
    {
        var (user, key) = (checkout.UserId.ToString(), $"reversal:{checkout.Id}:{command.Sequence}");
        try
        {
            switch (command.Kind)
            {
                case WalletCommandKind.ClawBack:
                    await wallet.ClawBackAsync(
                        new ClawBackRequest
                        {
                            UserId = user,
                            IdempotencyKey = key,
                            StripePaymentId = checkout.PaymentIntentId,
                            PaidCents = command.PaidCredits,
                            BonusCents = command.BonusCredits,
                            Description = command.Description,
                        },
                        cancellationToken: cancellationToken);
                    break;
                case WalletCommandKind.Reinstate:
                    await wallet.ReinstateAsync(
                        new ReinstateRequest
                        {
                            UserId = user,
                            IdempotencyKey = key,
                            StripePaymentId = checkout.PaymentIntentId,
                            PaidCents = command.PaidCredits,
                            BonusCents = command.BonusCredits,
                            Description = command.Description,
                        },
                        cancellationToken: cancellationToken);
                    break;
                case WalletCommandKind.Freeze:
                    await wallet.FreezeAsync(new FreezeRequest { UserId = user, Reference = command.Reference },
                        cancellationToken: cancellationToken);
                    break;
                case WalletCommandKind.Unfreeze:
                    await wallet.UnfreezeAsync(new UnfreezeRequest { UserId = user, Reference = command.Reference },
                        cancellationToken: cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException($"{command.Kind} is not a known wallet command.");
            }
        }
        catch (RpcException rejection) when (rejection.ErrorCode() is WalletErrorCodes.NothingToClawBack
            or WalletErrorCodes.NothingToReinstate)
        {
            // It was done manually in the wallet: nothing is left to do.
            LogAlreadyApplied(checkout.Id, command.Sequence, rejection.ErrorCode()!);
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "Checkout {CheckoutId}: command {Sequence} is done: {Kind} {PaidCredits} credits and {BonusCredits} bonus credits of " +
        "payment {PaymentIntentId} {Reference}")]
    private partial void LogDone(
        Guid checkoutId, int sequence, WalletCommandKind kind, long paidCredits, long bonusCredits, string paymentIntentId,
        string reference);

    [LoggerMessage(LogLevel.Warning, "Checkout {CheckoutId}: command {Sequence} had been applied in the wallet already: {Code}")]
    private partial void LogAlreadyApplied(Guid checkoutId, int sequence, string code);
}
