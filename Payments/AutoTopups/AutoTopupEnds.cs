using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ReelBallers.Payments;

/// <summary>
/// What the end of a payment means for the user's rule. Each payment ends once, whether its caller, a webhook or the reconciler sees
/// it first.
/// </summary>
internal sealed partial class AutoTopupEnds(
    PaymentsDbContext database, PaymentEventLog paymentEvents, IOptions<AutoTopupOptions> options, PaymentsMeter meter,
    TimeProvider time, ILogger<AutoTopupEnds> logger)
{
    /// <summary>Failures in a row that stop a rule.</summary>
    public const int MaxFailures = 2;

    /// <summary>A purchase is credited. In the caller's transaction.</summary>
    public async Task CreditedAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (checkout.Source == PurchaseSource.AutoTopup)
        {
            await database.AutoTopupCharges.Where(row => row.CheckoutId == checkout.Id && row.EndedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), cancellationToken);
            var until = now + options.Value.CoolOff;
            await database.AutoTopups.Where(row => row.UserId == checkout.UserId).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.CoolOffUntil, until).SetProperty(row => row.NextCheckAt, until)
                    .SetProperty(row => row.UpdatedAt, now), cancellationToken);
            await database.AutoTopups.Where(row => row.UserId == checkout.UserId && row.State == AutoTopupState.Active).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Failures, 0).SetProperty(row => row.Reason, (string?)null), cancellationToken);
        }
        else
        {
            await ResumeAsync(checkout.Id, now, cancellationToken);
        }
    }

    /// <summary>The bank has declined. False: it had ended before.</summary>
    public async Task<bool> FailAsync(Guid checkoutId, AutoTopupFailure failure, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var ended = await database.AutoTopupCharges.Where(row => row.CheckoutId == checkoutId && row.EndedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.EndedAt, now).SetProperty(row => row.DeclineCode, failure.Code), cancellationToken);
        if (ended == 0)
        {
            return false;
        }
        var charge = await database.AutoTopupCharges.AsNoTracking().SingleAsync(row => row.CheckoutId == checkoutId, cancellationToken);
        await database.Checkouts.Where(row => row.Id == checkoutId && row.Status == CheckoutStatus.Open).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, CheckoutStatus.Failed).SetProperty(row => row.UpdatedAt, now)
                .SetProperty(row => row.PaymentIntentId, row => row.PaymentIntentId ?? failure.PaymentIntentId), cancellationToken);
        await ConcludeAsync(charge, failure, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        meter.AutoTopupFailed(failure.Reason);
        LogFailed(charge.UserId, checkoutId, failure.Code, failure.Consequence);
        return true;
    }

    /// <summary>Stops automatic top-ups, unless the user has changed them since that version. In the caller's transaction.</summary>
    public async Task StopAsync(Guid userId, int? version, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var stopped = await database.AutoTopups
            .Where(row => row.UserId == userId && (version == null || row.Version == version)
                && (row.State == AutoTopupState.Active || row.State == AutoTopupState.ActionRequired))
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, AutoTopupState.Stopped).SetProperty(row => row.Reason, reason)
                    .SetProperty(row => row.ActionCheckoutId, (Guid?)null).SetProperty(row => row.UpdatedAt, now), cancellationToken);
        if (stopped == 1)
        {
            await TellAsync(userId, PaymentEventType.AutoTopupStopped, reason, now, cancellationToken);
            LogStopped(userId, reason);
        }
    }

    private async Task ConcludeAsync(
        AutoTopupCharge charge, AutoTopupFailure failure, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rule = database.AutoTopups.Where(row => row.UserId == charge.UserId && row.Version == charge.RuleVersion
            && row.State == AutoTopupState.Active);
        var next = now + options.Value.RetryAfter;
        switch (failure.Consequence)
        {
            case AutoTopupConsequence.Authenticate:
                var checkoutId = Guid.CreateVersion7();
                if (1 == await rule.ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.State, AutoTopupState.ActionRequired).SetProperty(row => row.Reason, failure.Reason)
                        .SetProperty(row => row.ActionCheckoutId, checkoutId).SetProperty(row => row.NextCheckAt, now)
                        .SetProperty(row => row.UpdatedAt, now), cancellationToken))
                {
                    await TellAsync(charge.UserId, PaymentEventType.AutoTopupActionRequired, failure.Reason, now, cancellationToken);
                }
                break;
            case AutoTopupConsequence.Stop:
                await StopAsync(charge.UserId, charge.RuleVersion, failure.Reason, cancellationToken);
                break;
            case AutoTopupConsequence.TryLater:
                await rule.ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Failures, row => row.Failures + 1).SetProperty(row => row.Reason, failure.Reason)
                        .SetProperty(row => row.CoolOffUntil, next).SetProperty(row => row.NextCheckAt, next)
                        .SetProperty(row => row.UpdatedAt, now), cancellationToken);
                if (await rule.AnyAsync(row => row.Failures >= MaxFailures, cancellationToken))
                {
                    await StopAsync(charge.UserId, charge.RuleVersion, failure.Reason, cancellationToken);
                }
                break;
            default:
                throw new InvalidOperationException($"{failure.Consequence} is not a known consequence.");
        }
    }

    // The user has confirmed: by paying the checkout, whose card is saved with it.
    private Task ResumeAsync(Guid checkoutId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now + options.Value.CoolOff;
        return database.AutoTopups.Where(row => row.ActionCheckoutId == checkoutId && row.State == AutoTopupState.ActionRequired)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, AutoTopupState.Active).SetProperty(row => row.Failures, 0)
                    .SetProperty(row => row.Reason, (string?)null).SetProperty(row => row.ActionCheckoutId, (Guid?)null)
                    .SetProperty(row => row.CoolOffUntil, until).SetProperty(row => row.NextCheckAt, until)
                    .SetProperty(row => row.UpdatedAt, now), cancellationToken);
    }

    private Task TellAsync(
        Guid userId, PaymentEventType type, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        paymentEvents.AddAsync(
            [
                new PaymentEvent
                {
                    Type = type,
                    UserId = userId,
                    SessionId = "",
                    PaymentIntentId = "",
                    Reference = reason,
                    CreatedAt = now,
                },
            ],
            cancellationToken);

    [LoggerMessage(LogLevel.Information, "User {UserId}: the automatic top-up {CheckoutId} failed with {Code}: {Consequence}")]
    private partial void LogFailed(Guid userId, Guid checkoutId, string code, AutoTopupConsequence consequence);

    [LoggerMessage(LogLevel.Information, "User {UserId}: automatic top-ups have stopped: {Reason}")]
    private partial void LogStopped(Guid userId, string reason);
}
