using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>
/// Sends the wallet the unconfirmed commands of a checkout. Credits are moved in order and the wallet is frozen and unfrozen in
/// order, but neither waits for the other. Safe to repeat and to run concurrently: each command has its key.
/// </summary>
internal sealed partial class WalletOutbox(
    PaymentsDbContext database, WalletService.WalletServiceClient wallet, ParkedItems parked, ServiceTracer tracer, TimeProvider time,
    ILogger<WalletOutbox> logger)
{
    /// <summary>For one attempt at the commands of a checkout.</summary>
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(45);

    private const int MaxErrorLength = 1_000;

    // Longer than an attempt may take.
    private static readonly TimeSpan Lease = AttemptTimeout + TimeSpan.FromSeconds(15);

    /// <summary>Returns how many were confirmed.</summary>
    /// <exception cref="RpcException">One was not confirmed: call again.</exception>
    public async Task<int> SendPendingAsync(Guid checkoutId, CancellationToken cancellationToken)
    {
        var commands = await database.WalletCommands.AsNoTracking()
            .Where(row => row.CheckoutId == checkoutId && row.DoneAt == null).OrderBy(row => row.Sequence).ToListAsync(cancellationToken);
        if (commands.Count == 0)
        {
            return 0;
        }
        var checkout = await database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == checkoutId, cancellationToken);
        var sent = 0;
        RpcException? failure = null;
        foreach (var ofOneKind in commands.GroupBy(command => command.Kind is WalletCommandKind.Freeze or WalletCommandKind.Unfreeze))
        {
            try
            {
                // What comes after a dead command waits with it for the operator.
                foreach (var command in ofOneKind.TakeWhile(command => command.DeadAt is null))
                {
                    await SendAsync(checkout, command, cancellationToken);
                    await ConfirmAsync(checkout, command, cancellationToken);
                    sent++;
                }
            }
            catch (RpcException rejection)
            {
                failure ??= rejection;
            }
        }
        return failure is null ? sent : throw failure;
    }

    /// <summary>Leases commands that are due, the most overdue first; replicas get different ones.</summary>
    public Task<List<WalletCommand>> TakeDueAsync(int count, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.WalletCommands.FromSql(
            $"""
            update wallet_commands set attempts = attempts + 1, next_attempt_at = {now + Lease}
            where (checkout_id, sequence) in (
                select checkout_id, sequence from wallet_commands
                where done_at is null and dead_at is null and next_attempt_at <= {now}
                order by next_attempt_at limit {count} for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>An attempt at these failed: they are due again after a pause that grows, and dead when the attempts are used up.</summary>
    public async Task FailAsync(IReadOnlyCollection<WalletCommand> commands, Exception failure, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var error = StorableText.Of(Outages.Reason(failure), MaxErrorLength);
        foreach (var command in commands)
        {
            var next = now + RetryDelay.After(command.Attempts, Random.Shared.NextDouble());
            var deadAt = command.Attempts >= RetryDelay.MaxAttempts ? now : (DateTimeOffset?)null;
            var failed = await Unconfirmed(command).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.NextAttemptAt, next).SetProperty(row => row.Error, error)
                    .SetProperty(row => row.DeadAt, deadAt), cancellationToken);
            if (failed == 1 && deadAt is not null)
            {
                await parked.ParkAsync(
                    ParkedKind.WalletCommand, ParkedId(command.CheckoutId, command.Sequence), ParkedReasons.GaveUp,
                    $"{command.Kind}: {error}", isRetried: false, cancellationToken);
            }
        }
    }

    /// <summary>Makes a dead command due again. False: there is no such command.</summary>
    public async Task<bool> ReviveAsync(Guid checkoutId, int sequence, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return 1 == await database.WalletCommands
            .Where(row => row.CheckoutId == checkoutId && row.Sequence == sequence && row.DoneAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.DeadAt, (DateTimeOffset?)null).SetProperty(row => row.Attempts, 0)
                    .SetProperty(row => row.NextAttemptAt, now), cancellationToken);
    }

    /// <summary>The id under which a command is parked.</summary>
    public static string ParkedId(Guid checkoutId, int sequence) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{checkoutId}:{sequence}");

    private async Task ConfirmAsync(Checkout checkout, WalletCommand command, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await Unconfirmed(command).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.DoneAt, now).SetProperty(row => row.Error, (string?)null), cancellationToken);
        await parked.ResolveAsync(ParkedKind.WalletCommand, ParkedId(command.CheckoutId, command.Sequence), cancellationToken);
        LogDone(checkout.Id, command.Sequence, command.Kind, command.PaidCredits, command.BonusCredits, checkout.PaymentIntentId!,
            command.Reference);
    }

    private IQueryable<WalletCommand> Unconfirmed(WalletCommand command) => database.WalletCommands
        .Where(row => row.CheckoutId == command.CheckoutId && row.Sequence == command.Sequence && row.DoneAt == null);

    private async Task SendAsync(Checkout checkout, WalletCommand command, CancellationToken cancellationToken)
    {
        using var span = tracer.Continue("send wallet command", command.TraceParent);
        span?.SetTag("reelballers.checkout.id", checkout.Id).SetTag("reelballers.wallet_command.kind", command.Kind.ToString());
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
