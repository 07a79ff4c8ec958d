using Microsoft.EntityFrameworkCore;
using Npgsql;
using ReelBallers.ServiceDefaults;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>
/// Updates a purchase from its session or payment, which is read from Stripe each time. Safe to repeat, concurrently and in any
/// order: the payment is first assigned to one purchase, then credited under the payment's key, then the row becomes paid.
/// </summary>
internal sealed partial class Crediting(
    PaymentsDbContext database, StripeApi stripe, WalletCredits wallet, PaymentEventLog paymentEvents, ParkedItems parked, Cards cards,
    AutoTopupEnds autoTopups, Grants grants, ServiceTracer tracer, PaymentsMeter meter, TimeProvider time, ILogger<Crediting> logger)
{
    private const int MaxLinkLength = 2_000;

    /// <summary>Reads a session and updates its checkout.</summary>
    /// <param name="sessionId">The session to read.</param>
    /// <param name="hint">What the session itself does not show.</param>
    /// <param name="claimedCheckoutId">The checkout that an event says the session belongs to; null without one.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="StripeUnavailableException">Try again.</exception>
    /// <exception cref="Grpc.Core.RpcException">The wallet is unavailable: try again.</exception>
    public async Task<CreditingResult> ApplyAsync(
        string sessionId, SessionHint hint, Guid? claimedCheckoutId, CancellationToken cancellationToken)
    {
        if (await stripe.GetSessionAsync(sessionId, cancellationToken) is not { } session)
        {
            return await IsExpectedAsync(sessionId, claimedCheckoutId, cancellationToken)
                ? throw new StripeUnavailableException(
                    $"Stripe does not know session {sessionId} of one of our checkouts; its key may belong to another account or mode.")
                {
                    IsMissing = true,
                }
                : new CreditingResult(CreditingOutcome.SessionUnknown, null);
        }
        if (await FindAsync(session, cancellationToken) is not { } checkout)
        {
            return new CreditingResult(
                await IsLostAsync(session, cancellationToken) ? CreditingOutcome.CheckoutMissing : CreditingOutcome.NotOurs, null);
        }
        return await SettleAsync(checkout, PaymentFacts.Of(session, hint), cancellationToken);
    }

    /// <summary>
    /// Updates the purchase of a payment by a saved card. A payment of a session says nothing about its checkout: the session does.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">The wallet is unavailable: try again.</exception>
    public async Task<CreditingResult> ApplyPaymentAsync(PaymentIntent payment, CancellationToken cancellationToken)
    {
        if (await FindAsync(payment, cancellationToken) is not { } checkout)
        {
            return new CreditingResult(IsAutoTopup(payment) ? CreditingOutcome.CheckoutMissing : CreditingOutcome.NotOurs, null);
        }
        return checkout.Source == PurchaseSource.AutoTopup
            ? await SettleAsync(checkout, PaymentFacts.Of(payment), cancellationToken)
            : new CreditingResult(CreditingOutcome.BySession, null);
    }

    private async Task<CreditingResult> SettleAsync(Checkout checkout, PaymentFacts payment, CancellationToken cancellationToken)
    {
        var decision = CreditingRules.Decide(checkout, payment);
        var outcome = decision switch
        {
            CreditingOutcome.Credited => await CreditAsync(checkout, payment, cancellationToken),
            CreditingOutcome.Failed when checkout.Source == PurchaseSource.AutoTopup =>
                await autoTopups.FailAsync(checkout.Id, AutoTopupFailure.Of(payment), cancellationToken)
                    ? decision : CreditingOutcome.AlreadyFinal,
            CreditingOutcome.Expired => await EndAsync(checkout, CheckoutStatus.Expired, decision, cancellationToken),
            CreditingOutcome.Failed => await EndAsync(checkout, CheckoutStatus.Failed, decision, cancellationToken),
            _ => decision,
        };
        if (outcome.NeedsOperator())
        {
            LogMismatch(checkout.Id, payment.SessionId, outcome, checkout.AmountCents, checkout.Currency, payment.AmountCents,
                payment.Currencies[0], payment.PaymentIntentId);
        }
        if (outcome == CreditingOutcome.UnknownStatus)
        {
            await (payment.SessionId is not null
                ? parked.ParkAsync(
                    ParkedKind.Session, payment.SessionId, ParkedReasons.UnknownStatus, payment.Statuses, isRetried: true,
                    cancellationToken)
                : parked.ParkAsync(
                    ParkedKind.AutoTopup, checkout.Id.ToString(), ParkedReasons.UnknownStatus, payment.Statuses, isRetried: false,
                    cancellationToken));
        }
        if (outcome == CreditingOutcome.AlreadyCredited)
        {
            await StoreReceiptAsync(checkout, payment, cancellationToken);
        }
        var isReversed = outcome is CreditingOutcome.Credited or CreditingOutcome.AlreadyCredited && payment.HasReversals;
        return new CreditingResult(outcome, isReversed ? payment.PaymentIntentId : null);
    }

    private async Task<CreditingOutcome> CreditAsync(Checkout checkout, PaymentFacts payment, CancellationToken cancellationToken)
    {
        // Stripe's webhook does not come with our trace; the row does.
        using var span = tracer.Continue("credit checkout", checkout.TraceParent);
        span?.SetTag("reelballers.checkout.id", checkout.Id);
        var paymentIntentId = payment.PaymentIntentId!;
        if (!await AssignPaymentAsync(checkout, payment, cancellationToken))
        {
            return CreditingOutcome.PaymentMismatch;
        }
        if (CreditingRules.IsBelowFloor(checkout, payment))
        {
            LogBelowFloor(checkout.Id, payment.DiscountCents, checkout.AmountCents);
        }
        checkout = await database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == checkout.Id, cancellationToken);
        if (!await wallet.CreditAsync(checkout, paymentIntentId, cancellationToken))
        {
            return CreditingOutcome.WalletRejected;
        }
        var isFirst = await MarkCreditedAsync(checkout, payment, cancellationToken);
        await StoreEmailAsync(checkout.UserId, payment.Email, cancellationToken);
        if (isFirst)
        {
            if (checkout.SavesCard)
            {
                await cards.OutdateAsync(checkout.UserId, cancellationToken);
            }
            meter.Credited(checkout.Credits, checkout.BonusCredits);
            LogCredited(checkout.Id, paymentIntentId, checkout.Credits, checkout.BonusCredits);
        }
        return isFirst ? CreditingOutcome.Credited : CreditingOutcome.AlreadyCredited;
    }

    // Commits together with its payment event and the access that it gives. False: another attempt was faster.
    private async Task<bool> MarkCreditedAsync(Checkout checkout, PaymentFacts payment, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // The refunds and disputes are applied next; after a crash the reconciler does it.
        var lookAgainAt = payment.HasReversals ? now : (DateTimeOffset?)null;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var marked = await database.Checkouts
            .Where(row => row.Id == checkout.Id && row.CreditedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, CheckoutStatus.Paid)
                    .SetProperty(row => row.CreditedAt, now).SetProperty(row => row.UpdatedAt, now)
                    .SetProperty(row => row.LookAgainAt, lookAgainAt),
                cancellationToken);
        if (marked == 0)
        {
            return false;
        }
        var credited = new PaymentEvent
        {
            Type = PaymentEventType.Credited,
            UserId = checkout.UserId,
            SessionId = payment.SessionId ?? "",
            PaymentIntentId = payment.PaymentIntentId!,
            Reference = "",
            AmountCents = checkout.RefundableCents,
            Credits = checkout.TotalCredits,
            CreatedAt = now,
        };
        await autoTopups.CreditedAsync(checkout, cancellationToken);
        await grants.AddAsync(checkout, cancellationToken);
        // With the event, whose consumers send the receipt.
        await StoreReceiptAsync(checkout, payment, cancellationToken);
        await paymentEvents.AddAsync([credited], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    // Stripe makes an invoice a little later than the payment. Not of a person who was erased.
    private async Task StoreReceiptAsync(Checkout checkout, PaymentFacts payment, CancellationToken cancellationToken)
    {
        var (receipt, invoice) = (LinkOf(payment.Charge?.ReceiptUrl), LinkOf(payment.InvoiceUrl));
        if ((receipt ?? checkout.ReceiptUrl) == checkout.ReceiptUrl && (invoice ?? checkout.InvoiceUrl) == checkout.InvoiceUrl)
        {
            return;
        }
        await database.Checkouts
            .Where(row => row.Id == checkout.Id
                && database.Customers.Any(customer => customer.UserId == row.UserId && customer.CustomerId != null))
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.ReceiptUrl, row => receipt ?? row.ReceiptUrl)
                    .SetProperty(row => row.InvoiceUrl, row => invoice ?? row.InvoiceUrl), cancellationToken);
    }

    private static string? LinkOf(string? url) =>
        url is { Length: <= MaxLinkLength } && Uri.TryCreate(url, UriKind.Absolute, out var link)
        && (link.Scheme == Uri.UriSchemeHttps || link.IsLoopback)
            ? link.AbsoluteUri
            : null;

    private async Task StoreEmailAsync(Guid userId, string? email, CancellationToken cancellationToken)
    {
        if (email is { Length: > 0 and <= 512 })
        {
            await database.Customers
                .Where(row => row.UserId == userId && (row.Email == null || row.Email != email))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Email, email), cancellationToken);
        }
    }

    // One payment pays one checkout and one checkout is paid by one payment, enforced by the unique index.
    // What is credited is fixed with it, before the wallet is called.
    private async Task<bool> AssignPaymentAsync(Checkout checkout, PaymentFacts payment, CancellationToken cancellationToken)
    {
        var (checkoutId, paymentIntentId) = (checkout.Id, payment.PaymentIntentId!);
        var (credits, bonus) = CreditingRules.CreditsFor(checkout, payment);
        var paid = payment.AmountCents == checkout.AmountCents ? null : payment.AmountCents;
        try
        {
            return 1 == await database.Checkouts
                .Where(row => row.Id == checkoutId && (row.PaymentIntentId == null || row.PaymentIntentId == paymentIntentId))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.PaymentIntentId, paymentIntentId).SetProperty(row => row.Credits, credits)
                        .SetProperty(row => row.BonusCredits, bonus).SetProperty(row => row.PaidCents, paid)
                        .SetProperty(row => row.DiscountCents, payment.DiscountCents).SetProperty(row => row.TaxCents, payment.TaxCents),
                    cancellationToken);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    private async Task<CreditingOutcome> EndAsync(
        Checkout checkout, CheckoutStatus status, CreditingOutcome outcome, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ended = await database.Checkouts
            .Where(row => row.Id == checkout.Id && row.Status == CheckoutStatus.Open)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status)
                .SetProperty(row => row.UpdatedAt, now), cancellationToken);
        if (ended == 0)
        {
            return CreditingOutcome.AlreadyFinal;
        }
        LogEnded(checkout.Id, status);
        return outcome;
    }

    [LoggerMessage(
        LogLevel.Information,
        "Checkout {CheckoutId}: {Credits} credits and {BonusCredits} bonus credits of payment {PaymentIntentId} were credited")]
    private partial void LogCredited(Guid checkoutId, string paymentIntentId, long credits, long bonusCredits);

    [LoggerMessage(
        LogLevel.Warning,
        "Checkout {CheckoutId}: a promotion code took {DiscountCents} of {AmountCents} cents, which is more than allowed; what was paid " +
        "is credited, and no bonus")]
    private partial void LogBelowFloor(Guid checkoutId, long discountCents, long amountCents);

    [LoggerMessage(LogLevel.Information, "Checkout {CheckoutId} ended: {Status}")]
    private partial void LogEnded(Guid checkoutId, CheckoutStatus status);

    [LoggerMessage(
        LogLevel.Error,
        "Checkout {CheckoutId} is not credited and needs an operator: {Outcome}. Expected: {AmountCents} {Currency}; session " +
        "{SessionId}: {SessionAmountCents} {SessionCurrency}, payment {PaymentIntentId}")]
    private partial void LogMismatch(
        Guid checkoutId, string? sessionId, CreditingOutcome outcome, long amountCents, string currency,
        long? sessionAmountCents, string? sessionCurrency, string? paymentIntentId);
}
