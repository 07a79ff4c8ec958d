using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>
/// Compares what Stripe has with what we have done, and does what a lost webhook left undone. It acts through the same
/// handlers as the webhooks, so being at it while they come, or on two replicas at once, costs work and not money.
/// </summary>
internal sealed partial class Reconciler(
    IServiceScopeFactory scopes, StripeApi stripe, RefundRetries refundRetries, PaymentsOptions options, PaymentsMeter meter,
    TimeProvider time, ILogger<Reconciler> logger)
{
    private const string LeaseName = "reconciler";
    private const int OrdersAtOnce = 1_000;
    private const int MaxFailures = 5;

    /// <summary>What was healed; null when it is not due, or somebody else is at it.</summary>
    /// <exception cref="StripeUnavailableException">The round is broken off; the next one does the rest.</exception>
    public async Task<Healings?> RunAsync(TimeSpan lookBack, bool isDueOnly, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid();
        if (!await InScopeAsync<WorkerLeases, bool>(leases => leases.TryTakeAsync(LeaseName, holder, isDueOnly, cancellationToken)))
        {
            return null;
        }
        var round = new Round(holder, time.GetUtcNow() - lookBack, time.GetUtcNow() - options.Grace, new Healings());
        try
        {
            await SessionsAsync(round, cancellationToken);
            await OldCheckoutsAsync(round, cancellationToken);
            await RefundsAsync(round, cancellationToken);
            await DisputesAsync(round, cancellationToken);
            await EventsAsync(round, cancellationToken);
            await OrdersAsync(round, cancellationToken);
        }
        finally
        {
            var next = time.GetUtcNow() + options.ReconcileInterval;
            await InScopeAsync<WorkerLeases, bool>(async leases =>
            {
                await leases.ReleaseAsync(LeaseName, holder, next, CancellationToken.None);
                return true;
            });
        }
        LogRound(round.Healings.Total);
        return round.Healings;
    }

    private async Task SessionsAsync(Round round, CancellationToken cancellationToken)
    {
        await foreach (var page in stripe.SessionsSinceAsync(round.Since, cancellationToken))
        {
            await KeepLeaseAsync(round, cancellationToken);
            var ids = page.Select(session => session.Id).ToList();
            var ours = await InScopeAsync<PaymentsDbContext, Dictionary<string, Checkout>>(database =>
                database.Checkouts.AsNoTracking().Where(row => ids.Contains(row.SessionId!)).ToDictionaryAsync(row => row.SessionId!, cancellationToken));
            foreach (var session in page.Where(session => IsUndone(session, ours.GetValueOrDefault(session.Id)) && session.Created <= round.Until))
            {
                await HealSessionAsync(session.Id, round, cancellationToken);
            }
        }
    }

    // A bank debit may take longer than the lists reach back; our own rows tell which are not decided yet.
    private async Task OldCheckoutsAsync(Round round, CancellationToken cancellationToken)
    {
        var oldest = round.Since - TimeSpan.FromDays(30);
        var sessions = await InScopeAsync<PaymentsDbContext, List<string>>(database => database.Checkouts
            .Where(row => row.Status == CheckoutStatus.Open && row.SessionId != null && row.CreatedAt < round.Since.AddMinutes(1) && row.CreatedAt > oldest)
            .OrderBy(row => row.CreatedAt).Select(row => row.SessionId!).Take(OrdersAtOnce).ToListAsync(cancellationToken));
        foreach (var sessionId in sessions)
        {
            await HealSessionAsync(sessionId, round, cancellationToken);
        }
    }

    private static bool IsUndone(Session session, Checkout? checkout) => checkout is null
        ? session.PaymentStatus == "paid" && session.Metadata?.ContainsKey("checkout_id") == true
        : (session.PaymentStatus == "paid" && checkout.CreditedAt is null) || (session.Status == "expired" && checkout.Status == CheckoutStatus.Open);

    private async Task HealSessionAsync(string sessionId, Round round, CancellationToken cancellationToken)
    {
        var outcome = await TryAsync(round, sessionId, SettlementOutcome.NotOurs, () =>
            InScopeAsync<Settlement, SettlementOutcome>(
                settlement => settlement.SettleAsync(sessionId, SessionNews.None, null, cancellationToken)), cancellationToken);
        if (outcome is SettlementOutcome.Credited or SettlementOutcome.Expired or SettlementOutcome.Failed)
        {
            round.Healings.Sessions++;
            Healed("session", sessionId, outcome.ToString());
        }
    }

    private async Task RefundsAsync(Round round, CancellationToken cancellationToken)
    {
        await foreach (var page in stripe.RefundsSinceAsync(round.Since, cancellationToken))
        {
            round.Healings.Refunds += await HealReversalsAsync(
                "refund", [.. page.Where(refund => refund.Created <= round.Until).Select(refund => (refund.Id, refund.Status, refund.PaymentIntentId))], round, cancellationToken);
        }
    }

    private async Task DisputesAsync(Round round, CancellationToken cancellationToken)
    {
        await foreach (var page in stripe.DisputesSinceAsync(round.Since, cancellationToken))
        {
            round.Healings.Disputes += await HealReversalsAsync(
                "dispute", [.. page.Where(dispute => dispute.Created <= round.Until).Select(dispute => (dispute.Id, dispute.Status, dispute.PaymentIntentId))], round, cancellationToken);
        }
    }

    private async Task<int> HealReversalsAsync(
        string kind, List<(string Id, string? Status, string? PaymentIntentId)> reversals, Round round, CancellationToken cancellationToken)
    {
        await KeepLeaseAsync(round, cancellationToken);
        var ids = reversals.Select(reversal => reversal.Id).ToList();
        var known = await InScopeAsync<PaymentsDbContext, Dictionary<string, string>>(database =>
            database.Reversals.AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Status, cancellationToken));
        var healed = 0;
        foreach (var (id, _, paymentIntentId) in reversals.Where(reversal => known.GetValueOrDefault(reversal.Id) != reversal.Status))
        {
            if (paymentIntentId is null)
            {
                continue;
            }
            var outcome = await TryAsync(round, id, ReversalOutcome.NotOurs, () =>
                InScopeAsync<Reversals, ReversalOutcome>(handler => handler.ApplyAsync(paymentIntentId, cancellationToken)), cancellationToken);
            if (outcome == ReversalOutcome.Reversed)
            {
                healed++;
                Healed(kind, id, paymentIntentId);
            }
        }
        return healed;
    }

    private async Task EventsAsync(Round round, CancellationToken cancellationToken)
    {
        await foreach (var page in stripe.EventsSinceAsync(round.Since, EventDispatch.HandledTypes, cancellationToken))
        {
            await KeepLeaseAsync(round, cancellationToken);
            var ids = page.ConvertAll(item => item.Event.Id);
            var known = await InScopeAsync<PaymentsDbContext, HashSet<string>>(async database =>
                [.. await database.Events.Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken)]);
            foreach (var (missed, payload) in page.Where(item => !known.Contains(item.Event.Id) && (item.Event.CreatedAt ?? round.Until) <= round.Until))
            {
                await KeepLeaseAsync(round, cancellationToken);
                if (await HandleAsync(payload, cancellationToken))
                {
                    round.Healings.Events++;
                    Healed("event", missed.Id, missed.Type);
                }
            }
        }
    }

    private Task<bool> HandleAsync(string payload, CancellationToken cancellationToken) => InScopeAsync(async services =>
        EventEnvelope.Read(payload, out _) is { } envelope
        && await services.GetRequiredService<EventLog>().StoreAndLeaseAsync(envelope, payload, cancellationToken) is { } leased
        && await services.GetRequiredService<EventProcessor>().ProcessAsync(leased) == EventAttempt.Settled);

    private async Task OrdersAsync(Round round, CancellationToken cancellationToken)
    {
        var undone = await InScopeAsync<WalletOrdering, List<Guid>>(wallet => wallet.UndoneBeforeAsync(round.Until, OrdersAtOnce, cancellationToken));
        foreach (var checkoutId in undone)
        {
            var done = await TryAsync(round, checkoutId.ToString(), 0, () =>
                InScopeAsync<WalletOrdering, int>(wallet => wallet.CarryOutAsync(checkoutId, cancellationToken)), cancellationToken);
            round.Healings.Orders += done;
            if (done > 0)
            {
                Healed("order", checkoutId.ToString(), "wallet");
            }
        }
        await KeepLeaseAsync(round, cancellationToken);
        round.Healings.Orders += await refundRetries.FinishAsync(time.GetUtcNow(), cancellationToken);
    }

    // One that cannot be healed must not keep the others from it; many are an outage, and the end of the round.
    private async Task<T> TryAsync<T>(Round round, string id, T otherwise, Func<Task<T>> heal, CancellationToken cancellationToken)
    {
        await KeepLeaseAsync(round, cancellationToken);
        try
        {
            return await heal();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && ++round.Failures < MaxFailures)
        {
            LogNotHealed(id, Outages.Reason(failure), Outages.IsOutage(failure) ? null : failure);
            return otherwise;
        }
    }

    private async Task KeepLeaseAsync(Round round, CancellationToken cancellationToken)
    {
        if (!await InScopeAsync<WorkerLeases, bool>(leases => leases.KeepAsync(LeaseName, round.Holder, cancellationToken)))
        {
            throw new TimeoutException("The reconciler's lease went to another replica; that one does the rest.");
        }
    }

    private void Healed(string kind, string id, string what)
    {
        meter.Healed(kind);
        LogHealed(kind, id, what);
    }

    private Task<TResult> InScopeAsync<TService, TResult>(Func<TService, Task<TResult>> act) where TService : notnull =>
        InScopeAsync(services => act(services.GetRequiredService<TService>()));

    private async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider);
    }

    private sealed record Round(Guid Holder, DateTimeOffset Since, DateTimeOffset Until, Healings Healings)
    {
        public int Failures { get; set; }
    }

    [LoggerMessage(LogLevel.Warning, "Healed: {Kind} {Id} had been missed ({What})")]
    private partial void LogHealed(string kind, string id, string what);

    [LoggerMessage(LogLevel.Warning, "{Id} could not be healed; the next round tries again ({Reason})")]
    private partial void LogNotHealed(string id, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Information, "Compared with Stripe: {Count} healed")]
    private partial void LogRound(long count);
}
