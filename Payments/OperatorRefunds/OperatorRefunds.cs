using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>An operator's request for a refund.</summary>
/// <param name="Key">The operator's idempotency key.</param>
/// <param name="PaymentIntentId">The payment.</param>
/// <param name="AmountCents">0 for all that is left.</param>
/// <param name="IsForced">Whether spent credits are refunded too, and owed.</param>
/// <param name="Reason">One of Stripe's reasons.</param>
/// <param name="Actor">Who asks for it.</param>
/// <param name="Note">Why, in the operator's words.</param>
internal sealed record OperatorRefundRequest(
    string Key, string PaymentIntentId, long AmountCents, bool IsForced, string Reason, string Actor, string Note);

/// <summary>
/// Refunds by an operator: first the row, then the wallet's credits, then Stripe's money. After a crash the refund continues from
/// its row; the idempotency keys at Stripe and the wallet make each step happen once.
/// </summary>
internal sealed partial class OperatorRefunds(
    PaymentsDbContext database, OperatorRefundSteps steps, ParkedItems parked, WalletService.WalletServiceClient wallet, TimeProvider time,
    ILogger<OperatorRefunds> logger)
{
    /// <summary>For one attempt by the worker.</summary>
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(45);

    private const int MaxErrorLength = 1_000;

    // Longer than an attempt may take; as long, the worker leaves a refund to the request that started it.
    private static readonly TimeSpan Lease = AttemptTimeout + TimeSpan.FromSeconds(15);

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
        if (refund.State == OperatorRefundState.Dead)
        {
            await ReviveAsync(refund.Id, cancellationToken);
        }
        if (await TakeAsync(refund.Id, cancellationToken) is { } taken)
        {
            refund = await steps.ContinueAsync(taken, request.PaymentIntentId, cancellationToken);
        }
        return refund switch
        {
            { State: OperatorRefundState.Rejected, Rejection: V1.PaymentsErrorCodes.CreditsSpent } => throw CreditsSpent(0),
            { State: OperatorRefundState.Rejected } => throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.StripeRejected, "Stripe rejected the refund.",
                ("stripe-code", refund.Rejection!)),
            { RefundId: null } => throw new StripeUnavailableException("Another attempt at this refund is running."),
            _ => (refund, known is not null),
        };
    }

    /// <summary>Leases refunds that are due for a retry.</summary>
    public Task<List<OperatorRefund>> TakeDueAsync(DateTimeOffset due, int count, CancellationToken cancellationToken)
    {
        var later = time.GetUtcNow() + Lease;
        return database.OperatorRefunds.FromSql(
            $"""
            update operator_refunds set next_attempt_at = {later}, attempts = attempts + 1
            where id in (select id from operator_refunds where state = {(short)OperatorRefundState.Pending} and next_attempt_at <= {due}
                order by next_attempt_at limit {count} for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>Continues a leased refund.</summary>
    public async Task ContinueAsync(OperatorRefund refund, CancellationToken cancellationToken)
    {
        var paymentIntentId = await database.Checkouts.Where(row => row.Id == refund.CheckoutId)
            .Select(row => row.PaymentIntentId).SingleAsync(cancellationToken);
        await steps.ContinueAsync(refund, paymentIntentId!, cancellationToken);
    }

    /// <summary>An attempt failed: it is due again after a pause that grows, or left to an operator.</summary>
    public async Task FailAsync(OperatorRefund refund, Exception failure, CancellationToken cancellationToken)
    {
        var error = StorableText.Of(Outages.Reason(failure), MaxErrorLength);
        var next = time.GetUtcNow() + RetryDelay.After(refund.Attempts, Random.Shared.NextDouble());
        await database.OperatorRefunds.Where(row => row.Id == refund.Id && row.State == OperatorRefundState.Pending).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.NextAttemptAt, next).SetProperty(row => row.Error, error), cancellationToken);
        if (refund.Attempts >= RetryDelay.MaxAttempts)
        {
            if ((await steps.EndAsync(refund, OperatorRefundState.Dead, null, cancellationToken)).State != OperatorRefundState.Dead)
            {
                return;
            }
            await parked.ParkAsync(
                ParkedKind.OperatorRefund, refund.Id, ParkedReasons.GaveUp, error, isRetried: false, cancellationToken);
        }
    }

    /// <summary>Makes a dead refund due again.</summary>
    public async Task ReviveAsync(string key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.OperatorRefunds.Where(row => row.Id == key && row.State == OperatorRefundState.Dead).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, OperatorRefundState.Pending).SetProperty(row => row.Attempts, 1)
                .SetProperty(row => row.Generation, row => row.Generation + 1).SetProperty(row => row.NextAttemptAt, now),
            cancellationToken);
    }

    /// <summary>The total refunded of its payment.</summary>
    public Task<long> RefundedCentsAsync(OperatorRefund refund, CancellationToken cancellationToken) =>
        database.Checkouts.Where(row => row.Id == refund.CheckoutId).Select(row => row.RefundedCents).SingleAsync(cancellationToken);

    // Counts the attempt; null when it is not pending.
    private async Task<OperatorRefund?> TakeAsync(string key, CancellationToken cancellationToken)
    {
        var taken = await database.OperatorRefunds.FromSql(
            $"""
            update operator_refunds set next_attempt_at = {time.GetUtcNow() + Lease}, attempts = attempts + 1
            where id = {key} and state = {(short)OperatorRefundState.Pending}
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
        return taken.SingleOrDefault();
    }

    private Task<OperatorRefund?> FindAsync(string key, CancellationToken cancellationToken) =>
        database.OperatorRefunds.AsNoTracking().SingleOrDefaultAsync(row => row.Id == key, cancellationToken);

    private async Task<OperatorRefund> BeginAsync(OperatorRefundRequest request, Checkout checkout, CancellationToken cancellationToken)
    {
        // One that gave access only has no credits in the wallet.
        var credits = request.IsForced || checkout.TotalCredits == 0 ? null : await wallet.GetPaymentCreditsAsync(
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
            OperatorRefundDecision.CreditsSpent spent => throw CreditsSpent(spent.RefundableCents),
            _ => throw new InvalidOperationException($"{decision} is not a known decision."),
        };
        var now = time.GetUtcNow();
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into operator_refunds (id, checkout_id, requested_cents, amount_cents, is_forced, reason, actor, note, state,
                stripe_attempt, attempts, next_attempt_at, trace_parent, created_at, updated_at)
            values ({request.Key}, {checkout.Id}, {request.AmountCents}, {amount}, {request.IsForced}, {request.Reason}, {request.Actor},
                {request.Note}, {(short)OperatorRefundState.Pending}, 0, 0,
                {now + Lease}, {TraceParents.Current}, {now}, {now})
            on conflict (id) do nothing
            """, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogBegun(request.Key, request.PaymentIntentId, amount, request.IsForced, request.Actor);
        return (await FindAsync(request.Key, cancellationToken))!;
    }

    // Refunds that Stripe has created and that were read back since are part of the checkout's sum.
    private async Task<long> PendingCentsAsync(Guid checkoutId, CancellationToken cancellationToken) =>
        await database.OperatorRefunds
            .Where(row => row.CheckoutId == checkoutId
                && (row.State == OperatorRefundState.Pending || row.State == OperatorRefundState.Dead)
                && (row.RefundId == null || !database.Reversals.Any(reversal => reversal.Id == row.RefundId)))
            .SumAsync(row => (long?)row.AmountCents, cancellationToken) ?? 0;

    private static RpcException CreditsSpent(long refundableCents) => RpcErrors.Reject(
        StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.CreditsSpent, "The credits are spent; force refunds them anyway.",
        Refundable(refundableCents));

    private static (string, string) Refundable(long cents) =>
        ("refundable-cents", cents.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [LoggerMessage(
        LogLevel.Information,
        "Refund {Key} started by {Actor}: {AmountCents} cents of payment {PaymentIntentId}, forced: {IsForced}")]
    private partial void LogBegun(string key, string paymentIntentId, long amountCents, bool isForced, string actor);
}
