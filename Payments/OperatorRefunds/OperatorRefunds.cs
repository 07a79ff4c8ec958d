using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>An operator's request for a refund.</summary>
internal sealed record OperatorRefundRequest(string Key, string PaymentIntentId, long AmountCents, bool IsForced, string Reason);

/// <summary>
/// Refunds by an operator: first the row, then Stripe, then the wallet. After a crash the refund continues from its row;
/// the idempotency keys at Stripe and the wallet make each step happen once.
/// </summary>
internal sealed partial class OperatorRefunds(
    PaymentsDbContext database, StripeApi stripe, Reversals reversals, WalletService.WalletServiceClient wallet, TimeProvider time,
    ILogger<OperatorRefunds> logger)
{
    // How long the worker leaves a refund to the request that started it.
    private static readonly TimeSpan RequestLease = TimeSpan.FromSeconds(60);

    /// <summary>Carries out the refund.</summary>
    /// <exception cref="RpcException">A rejection that the contract documents.</exception>
    /// <exception cref="StripeUnavailableException">It is recorded and will be completed.</exception>
    public async Task<(OperatorRefund Refund, bool IsReplayed)> RefundAsync(
        OperatorRefundRequest request, CancellationToken cancellationToken)
    {
        var checkout = await database.Checkouts.AsNoTracking()
                .SingleOrDefaultAsync(row => row.PaymentIntentId == request.PaymentIntentId && row.CreditedAt != null, cancellationToken)
            ?? throw RpcErrors.Reject(StatusCode.NotFound, V1.PaymentsErrorCodes.PaymentNotFound,
                "No checkout was paid with this payment.");
        var known = await FindAsync(request.Key, cancellationToken);
        var refund = known ?? await BeginAsync(request, checkout, cancellationToken);
        if (refund.CheckoutId != checkout.Id || refund.RequestedCents != request.AmountCents || refund.IsForced != request.IsForced
            || refund.Reason != request.Reason)
        {
            throw RpcErrors.Reject(StatusCode.AlreadyExists, V1.PaymentsErrorCodes.IdempotencyKeyReused,
                "The key was used for another refund.");
        }
        if (refund.State == OperatorRefundState.Pending)
        {
            refund = await ContinueAsync(refund, request.PaymentIntentId, cancellationToken);
        }
        return refund.State == OperatorRefundState.Rejected
            ? throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.StripeRejected, "Stripe rejected the refund.",
                ("stripe-code", refund.Rejection!))
            : (refund, known is not null);
    }

    /// <summary>Leases refunds that are due for a retry.</summary>
    public Task<List<OperatorRefund>> TakeDueAsync(DateTimeOffset due, int count, CancellationToken cancellationToken)
    {
        var later = time.GetUtcNow() + RequestLease;
        return database.OperatorRefunds.FromSql(
            $"""
            update operator_refunds set next_attempt_at = {later}
            where id in (select id from operator_refunds where state = {(short)OperatorRefundState.Pending} and next_attempt_at <= {due}
                order by next_attempt_at limit {count} for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>Continues a pending refund.</summary>
    public async Task<OperatorRefund> ContinueAsync(OperatorRefund refund, CancellationToken cancellationToken)
    {
        var paymentIntentId = await database.Checkouts.Where(row => row.Id == refund.CheckoutId)
            .Select(row => row.PaymentIntentId).SingleAsync(cancellationToken);
        return await ContinueAsync(refund, paymentIntentId!, cancellationToken);
    }

    /// <summary>The total refunded of its payment.</summary>
    public Task<long> RefundedCentsAsync(OperatorRefund refund, CancellationToken cancellationToken) =>
        database.Checkouts.Where(row => row.Id == refund.CheckoutId).Select(row => row.RefundedCents).SingleAsync(cancellationToken);

    private Task<OperatorRefund?> FindAsync(string key, CancellationToken cancellationToken) =>
        database.OperatorRefunds.AsNoTracking().SingleOrDefaultAsync(row => row.Id == key, cancellationToken);

    private async Task<OperatorRefund> BeginAsync(OperatorRefundRequest request, Checkout checkout, CancellationToken cancellationToken)
    {
        var credits = request.IsForced ? null : await wallet.GetPaymentCreditsAsync(
            new GetPaymentCreditsRequest { UserId = checkout.UserId.ToString(), StripePaymentId = request.PaymentIntentId },
            cancellationToken: cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Refunds of a payment start one at a time: together they must not exceed it.
        var locked = (await database.Checkouts.FromSql($"select * from checkouts where id = {checkout.Id} for update")
            .AsNoTracking().ToListAsync(cancellationToken)).Single();
        if (await FindAsync(request.Key, cancellationToken) is { } meanwhile)
        {
            return meanwhile;
        }
        var decision = OperatorRefundRules.Decide(
            locked, await PendingCentsAsync(checkout.Id, cancellationToken), request.AmountCents, credits?.PaidUnspentCents,
            credits?.BonusUnspentCents);
        var amount = decision switch
        {
            OperatorRefundDecision.Go go => go.AmountCents,
            OperatorRefundDecision.ExceedsPayment exceeds => throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.RefundExceedsPayment,
                "The amount exceeds what is left of the payment.",
                Refundable(exceeds.RefundableCents)),
            OperatorRefundDecision.CreditsSpent spent => throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.CreditsSpent, "The credits are spent; force refunds them anyway.",
                Refundable(spent.RefundableCents)),
            _ => throw new InvalidOperationException($"{decision} is not a known decision."),
        };
        var now = time.GetUtcNow();
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into operator_refunds (id, checkout_id, requested_cents, amount_cents, is_forced, reason, state, stripe_attempt,
                attempts, next_attempt_at, trace_parent, created_at, updated_at)
            values ({request.Key}, {checkout.Id}, {request.AmountCents}, {amount}, {request.IsForced}, {request.Reason},
                {(short)OperatorRefundState.Pending}, 0, 0,
                {now + RequestLease}, {TraceParents.Current}, {now}, {now})
            on conflict (id) do nothing
            """, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogBegun(request.Key, request.PaymentIntentId, amount, request.IsForced);
        return (await FindAsync(request.Key, cancellationToken))!;
    }

    // Refunds that Stripe has created and that were read back since are part of the checkout's sum.
    private async Task<long> PendingCentsAsync(Guid checkoutId, CancellationToken cancellationToken) =>
        await database.OperatorRefunds
            .Where(row => row.CheckoutId == checkoutId && row.State == OperatorRefundState.Pending
                && (row.RefundId == null || !database.Reversals.Any(reversal => reversal.Id == row.RefundId)))
            .SumAsync(row => (long?)row.AmountCents, cancellationToken) ?? 0;

    private static (string, string) Refundable(long cents) =>
        ("refundable-cents", cents.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private async Task<OperatorRefund> ContinueAsync(OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken)
    {
        if (refund.RefundId is null)
        {
            refund = await RefundAtStripeAsync(refund, paymentIntentId, cancellationToken);
            if (refund.State == OperatorRefundState.Rejected)
            {
                return refund;
            }
        }
        await reversals.ApplyAsync(paymentIntentId, cancellationToken);
        var now = time.GetUtcNow();
        await Pending(refund).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, OperatorRefundState.Done).SetProperty(row => row.UpdatedAt, now), cancellationToken);
        LogDone(refund.Id, paymentIntentId, refund.RefundId!, refund.AmountCents);
        return (await FindAsync(refund.Id, cancellationToken))!;
    }

    private async Task<OperatorRefund> RefundAtStripeAsync(
        OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken)
    {
        await Pending(refund).ExecuteUpdateAsync(set => set.SetProperty(row => row.Attempts, row => row.Attempts + 1), cancellationToken);
        try
        {
            var made = await MadeBeforeAsync(refund, paymentIntentId, cancellationToken)
                ?? await stripe.CreateRefundAsync(refund, paymentIntentId, cancellationToken);
            await Pending(refund).ExecuteUpdateAsync(set => set.SetProperty(row => row.RefundId, made.Id), cancellationToken);
        }
        catch (StripeUnavailableException outage) when (outage.IsKept)
        {
            // That key would replay the failure. The next attempt lists the refunds and finds it if it was created after all.
            await Pending(refund).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.StripeAttempt, refund.StripeAttempt + 1), cancellationToken);
            throw;
        }
        catch (StripeException rejection)
        {
            var now = time.GetUtcNow();
            var code = rejection.StripeError?.Code ?? rejection.StripeError?.Type ?? "unknown";
            await Pending(refund).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, OperatorRefundState.Rejected)
                    .SetProperty(row => row.Rejection, code).SetProperty(row => row.UpdatedAt, now),
                cancellationToken);
            LogRejected(refund.Id, paymentIntentId, code, rejection.Message);
        }
        return (await FindAsync(refund.Id, cancellationToken))!;
    }

    // Stripe forgets idempotency keys after a day; the refund created under one remains.
    private async Task<Refund?> MadeBeforeAsync(OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken) =>
        refund.Attempts == 0
            ? null
            : (await stripe.RefundsOfAsync(paymentIntentId, cancellationToken))
                .Find(made => made.Metadata?.GetValueOrDefault(StripeApi.OperatorRefundKey) == refund.Id);

    private IQueryable<OperatorRefund> Pending(OperatorRefund refund) =>
        database.OperatorRefunds.Where(row => row.Id == refund.Id && row.State == OperatorRefundState.Pending);

    [LoggerMessage(LogLevel.Information, "Refund {Key} started: {AmountCents} cents of payment {PaymentIntentId}, forced: {IsForced}")]
    private partial void LogBegun(string key, string paymentIntentId, long amountCents, bool isForced);

    [LoggerMessage(LogLevel.Information, "Refund {Key} done: {RefundId}, {AmountCents} cents of payment {PaymentIntentId}")]
    private partial void LogDone(string key, string paymentIntentId, string refundId, long amountCents);

    [LoggerMessage(LogLevel.Warning, "Refund {Key} of payment {PaymentIntentId} was rejected by Stripe: {Code}: {Reason}")]
    private partial void LogRejected(string key, string paymentIntentId, string code, string reason);
}
