using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>
/// Pays automatic top-ups by saved cards. The row is committed before Stripe is called, and its outcome is taken from Stripe's payment:
/// an attempt whose outcome is unknown is repeated under the same idempotency key, and once Stripe has forgotten that, its payment is
/// looked for and none is made any more.
/// </summary>
internal sealed partial class AutoTopupCharges(
    PaymentsDbContext database, StripeApi stripe, CheckoutRefresh refresh, AutoTopupEnds ends, ParkedItems parked, TimeProvider time,
    ILogger<AutoTopupCharges> logger)
{
    /// <summary>For one attempt.</summary>
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(45);

    /// <summary>Longer than an attempt may take.</summary>
    public static readonly TimeSpan Lease = AttemptTimeout + TimeSpan.FromSeconds(15);

    // Stripe keeps a key for at least a day; afterwards it would be a second payment.
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(23);

    // An operation that Stripe answered with 500 may still take effect.
    private static readonly TimeSpan Unsettled = TimeSpan.FromMinutes(10);

    private const int MaxErrorLength = 1_000;

    /// <summary>Leases charges that have not ended and are due, the most overdue first; replicas get different ones.</summary>
    public Task<List<AutoTopupCharge>> TakeDueAsync(int count, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.AutoTopupCharges.FromSql(
            $"""
            update auto_topup_charges set attempts = attempts + 1, next_attempt_at = {now + Lease}
            where checkout_id in (
                select checkout_id from auto_topup_charges where ended_at is null and next_attempt_at <= {now}
                order by next_attempt_at limit {count} for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>One attempt at a leased charge. It does not fail: what is left is due again.</summary>
    public async Task ContinueAsync(AutoTopupCharge charge, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(AttemptTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            await PayAsync(charge, both.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(
                charge.CheckoutId, charge.Attempts, Outages.Reason(failure), Outages.IsOutage(failure, cancellationToken) ? null : failure);
            await FailAttemptAsync(charge, failure, cancellationToken);
        }
    }

    /// <summary>Makes a parked charge due.</summary>
    public async Task ReviveAsync(Guid checkoutId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.AutoTopupCharges.Where(row => row.CheckoutId == checkoutId && row.EndedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.NextAttemptAt, now).SetProperty(row => row.Attempts, 0), cancellationToken);
        await parked.ResolveAsync(ParkedKind.AutoTopup, checkoutId.ToString(), cancellationToken);
    }

    private async Task PayAsync(AutoTopupCharge charge, CancellationToken cancellationToken)
    {
        var checkout = await database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == charge.CheckoutId, cancellationToken);
        if (checkout.PaymentIntentId is not null)
        {
            await ApplyAsync(
                charge, await stripe.GetPaymentAsync(checkout.PaymentIntentId, cancellationToken)
                    ?? throw new StripeUnavailableException($"Stripe does not know payment {checkout.PaymentIntentId} of ours.")
                    {
                        IsMissing = true,
                    },
                cancellationToken);
            return;
        }
        var isKeyOver = time.GetUtcNow() - charge.CreatedAt >= KeyLifetime;
        if ((isKeyOver || charge.StripeAttempt > 0) && await MadeBeforeAsync(charge, cancellationToken) is { } made)
        {
            await ApplyAsync(charge, made, cancellationToken);
        }
        else if (isKeyOver)
        {
            await ends.FailAsync(charge.CheckoutId, AutoTopupFailure.NotMade, cancellationToken);
        }
        else
        {
            await CreateAsync(charge, checkout, cancellationToken);
        }
    }

    private async Task CreateAsync(AutoTopupCharge charge, Checkout checkout, CancellationToken cancellationToken)
    {
        PaymentIntent payment;
        try
        {
            payment = await stripe.ChargeCardAsync(charge, checkout, cancellationToken);
        }
        catch (StripeException rejection)
        {
            var failure = AutoTopupFailure.Of(rejection.StripeError);
            if (rejection.StripeError.Type != "card_error")
            {
                LogRejected(charge.CheckoutId, failure.Code, rejection.Message);
            }
            await ends.FailAsync(charge.CheckoutId, failure, cancellationToken);
            return;
        }
        // Known from here on: it can be read, whatever happens next.
        await database.Checkouts.Where(row => row.Id == charge.CheckoutId && row.PaymentIntentId == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.PaymentIntentId, payment.Id), cancellationToken);
        await ApplyAsync(charge, payment, cancellationToken);
    }

    private async Task ApplyAsync(AutoTopupCharge charge, PaymentIntent payment, CancellationToken cancellationToken)
    {
        var outcome = await refresh.ApplyPaymentAsync(payment, cancellationToken);
        if (outcome.NeedsOperator())
        {
            await parked.ParkAsync(
                ParkedKind.AutoTopup, charge.CheckoutId.ToString(), outcome.ToEventOutcome().Code, $"Payment {payment.Id}.",
                isRetried: false, cancellationToken);
        }
        else if (outcome is CreditingOutcome.Credited or CreditingOutcome.AlreadyCredited)
        {
            await parked.ResolveAsync(ParkedKind.AutoTopup, charge.CheckoutId.ToString(), cancellationToken);
            return;
        }
        // Waiting for the bank, or for an operator.
        var next = time.GetUtcNow() + await PauseAsync(charge, "The payment waits for the bank.", cancellationToken);
        await Open(charge).ExecuteUpdateAsync(set => set.SetProperty(row => row.NextAttemptAt, next), cancellationToken);
    }

    // Grows, and has no end once the attempts are used up: an operator must look at it.
    private async Task<TimeSpan> PauseAsync(AutoTopupCharge charge, string error, CancellationToken cancellationToken)
    {
        if (charge.Attempts < RetryDelay.MaxAttempts)
        {
            return RetryDelay.After(charge.Attempts, Random.Shared.NextDouble());
        }
        await parked.ParkAsync(
            ParkedKind.AutoTopup, charge.CheckoutId.ToString(), ParkedReasons.GaveUp, error, isRetried: false, cancellationToken);
        return TimeSpan.FromDays(3_650);
    }

    private async Task<PaymentIntent?> MadeBeforeAsync(AutoTopupCharge charge, CancellationToken cancellationToken)
    {
        var payments = await stripe.PaymentsOfAsync(charge.CustomerId, charge.CreatedAt, cancellationToken);
        return payments.Find(payment => payment.Metadata?.GetValueOrDefault("checkout_id") == charge.CheckoutId.ToString());
    }

    private async Task FailAttemptAsync(AutoTopupCharge charge, Exception failure, CancellationToken cancellationToken)
    {
        var error = StorableText.Of(Outages.Reason(failure), MaxErrorLength);
        var next = time.GetUtcNow() + await PauseAsync(charge, error, cancellationToken);
        var attempt = charge.StripeAttempt;
        if (failure is StripeUnavailableException { IsKept: true })
        {
            // That key would replay the failure. Before another is used, the payments are listed, once it is certain to be among them.
            (attempt, next) = (attempt + 1, time.GetUtcNow() + Unsettled);
        }
        await Open(charge).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.NextAttemptAt, next).SetProperty(row => row.Error, error)
                .SetProperty(row => row.StripeAttempt, attempt), cancellationToken);
        if (failure is StripeUnavailableException { IsMissing: true } || !Outages.IsOutage(failure, cancellationToken))
        {
            await parked.ParkAsync(
                ParkedKind.AutoTopup, charge.CheckoutId.ToString(),
                failure is StripeUnavailableException ? ParkedReasons.MissingAtStripe : ParkedReasons.Failed, error, isRetried: false,
                cancellationToken);
        }
    }

    private IQueryable<AutoTopupCharge> Open(AutoTopupCharge charge) =>
        database.AutoTopupCharges.Where(row => row.CheckoutId == charge.CheckoutId && row.EndedAt == null);

    [LoggerMessage(
        LogLevel.Warning, "The automatic top-up {CheckoutId} has no outcome after {Attempts} attempts; it is continued ({Reason})")]
    private partial void LogFailed(Guid checkoutId, int attempts, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Error, "Stripe rejects the payment of the automatic top-up {CheckoutId}: {Code}: {Message}")]
    private partial void LogRejected(Guid checkoutId, string code, string message);
}
