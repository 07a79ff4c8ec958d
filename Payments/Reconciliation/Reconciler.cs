using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>
/// Compares Stripe with our records and applies what a lost webhook left undone. It uses the same idempotent handlers as
/// the webhooks, so running beside them, or on two replicas at once, costs work and not money.
/// </summary>
internal sealed partial class Reconciler(
    IServiceScopeFactory scopes, StripeApi stripe, OperatorRefundRetries operatorRefundRetries, IOptions<ReconcilerOptions> options,
    PaymentsMeter meter, ServiceTracer tracer, TimeProvider time, ILogger<Reconciler> logger)
{
    private const string LeaseName = "reconciler";
    private const int CommandsAtOnce = 1_000;
    private const int MaxFailures = 5;

    /// <summary>What was repaired; null when it is not due, or another run holds the lease.</summary>
    /// <exception cref="StripeUnavailableException">The run is aborted; the next one continues.</exception>
    public async Task<ReconciliationReport?> RunAsync(TimeSpan lookBack, bool isDueOnly, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid();
        if (!await InScopeAsync<WorkerLeases, bool>(leases => leases.TryTakeAsync(LeaseName, holder, isDueOnly, cancellationToken)))
        {
            return null;
        }
        var round = new Round(holder, time.GetUtcNow() - lookBack, time.GetUtcNow() - options.Value.Grace, new ReconciliationReport());
        try
        {
            await SessionsAsync(round, cancellationToken);
            await OldCheckoutsAsync(round, cancellationToken);
            await RefundsAsync(round, cancellationToken);
            await DisputesAsync(round, cancellationToken);
            await EventsAsync(round, cancellationToken);
            await WalletCommandsAsync(round, cancellationToken);
        }
        finally
        {
            var next = time.GetUtcNow() + options.Value.Interval;
            await InScopeAsync<WorkerLeases, bool>(async leases =>
            {
                await leases.ReleaseAsync(LeaseName, holder, next, CancellationToken.None);
                return true;
            });
        }
        meter.Reconciled();
        LogRound(round.Report.Total);
        return round.Report;
    }

    private async Task SessionsAsync(Round round, CancellationToken cancellationToken)
    {
        await foreach (var page in stripe.SessionsSinceAsync(round.Since, cancellationToken))
        {
            await KeepLeaseAsync(round, cancellationToken);
            var ids = page.Select(session => session.Id).ToList();
            var ours = await InScopeAsync<PaymentsDbContext, Dictionary<string, Checkout>>(database =>
                database.Checkouts.AsNoTracking()
                    .Where(row => ids.Contains(row.SessionId!)).ToDictionaryAsync(row => row.SessionId!, cancellationToken));
            foreach (var session in page.Where(session => IsMissed(session, ours.GetValueOrDefault(session.Id))
                && session.Created <= round.Until.UtcDateTime))
            {
                await RepairSessionAsync(session.Id, round, cancellationToken);
            }
        }
    }

    // A bank debit may take longer than the lists reach back; our own rows tell which are still undecided.
    private async Task OldCheckoutsAsync(Round round, CancellationToken cancellationToken)
    {
        var oldest = round.Since - TimeSpan.FromDays(30);
        var sessions = await InScopeAsync<PaymentsDbContext, List<string>>(database => database.Checkouts
            .Where(row => row.Status == CheckoutStatus.Open && row.SessionId != null && row.CreatedAt < round.Since.AddMinutes(1)
                && row.CreatedAt > oldest)
            .OrderBy(row => row.CreatedAt).Select(row => row.SessionId!).Take(CommandsAtOnce).ToListAsync(cancellationToken));
        foreach (var sessionId in sessions)
        {
            await RepairSessionAsync(sessionId, round, cancellationToken);
        }
    }

    private static bool IsMissed(Session session, Checkout? checkout) => checkout is null
        ? session.PaymentStatus == "paid" && session.Metadata?.ContainsKey("checkout_id") == true
        : (session.PaymentStatus == "paid" && checkout.CreditedAt is null)
            || (session.Status == "expired" && checkout.Status == CheckoutStatus.Open);

    private async Task RepairSessionAsync(string sessionId, Round round, CancellationToken cancellationToken)
    {
        var outcome = await TryAsync(round, sessionId, CreditingOutcome.NotOurs, () =>
            InScopeAsync<Crediting, CreditingOutcome>(
                crediting => crediting.ApplyAsync(sessionId, SessionHint.None, null, cancellationToken)), cancellationToken);
        if (outcome is CreditingOutcome.Credited or CreditingOutcome.Expired or CreditingOutcome.Failed)
        {
            round.Report.Sessions++;
            Repaired("session", sessionId, outcome.ToString());
        }
    }

    private async Task RefundsAsync(Round round, CancellationToken cancellationToken)
    {
        await foreach (var page in stripe.RefundsSinceAsync(round.Since, cancellationToken))
        {
            round.Report.Refunds += await RepairReversalsAsync(
                "refund", [.. page.Where(refund => refund.Created <= round.Until.UtcDateTime)
                    .Select(refund => (refund.Id, refund.Status, refund.PaymentIntentId))], round, cancellationToken);
        }
    }

    private async Task DisputesAsync(Round round, CancellationToken cancellationToken)
    {
        await foreach (var page in stripe.DisputesSinceAsync(round.Since, cancellationToken))
        {
            round.Report.Disputes += await RepairReversalsAsync(
                "dispute", [.. page.Where(dispute => dispute.Created <= round.Until.UtcDateTime)
                    .Select(dispute => (dispute.Id, dispute.Status, dispute.PaymentIntentId))], round, cancellationToken);
        }
    }

    private async Task<int> RepairReversalsAsync(
        string kind, List<(string Id, string? Status, string? PaymentIntentId)> reversals, Round round,
        CancellationToken cancellationToken)
    {
        await KeepLeaseAsync(round, cancellationToken);
        var ids = reversals.Select(reversal => reversal.Id).ToList();
        var known = await InScopeAsync<PaymentsDbContext, Dictionary<string, string>>(database =>
            database.Reversals.AsNoTracking()
                .Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Status, cancellationToken));
        var repaired = 0;
        foreach (var (id, _, paymentIntentId) in reversals.Where(reversal => known.GetValueOrDefault(reversal.Id) != reversal.Status))
        {
            if (paymentIntentId is null)
            {
                continue;
            }
            using var span = tracer.Continue($"repair {kind}", traceParent: null);
            var outcome = await TryAsync(round, id, ReversalOutcome.NotOurs, () =>
                InScopeAsync<Reversals, ReversalOutcome>(handler => handler.ApplyAsync(paymentIntentId, cancellationToken)),
                cancellationToken);
            if (outcome == ReversalOutcome.Reversed)
            {
                repaired++;
                Repaired(kind, id, paymentIntentId);
            }
        }
        return repaired;
    }

    private async Task EventsAsync(Round round, CancellationToken cancellationToken)
    {
        await foreach (var page in stripe.EventsSinceAsync(round.Since, EventDispatch.HandledTypes, cancellationToken))
        {
            await KeepLeaseAsync(round, cancellationToken);
            var ids = page.ConvertAll(item => item.Event.Id);
            var known = await InScopeAsync<PaymentsDbContext, HashSet<string>>(async database =>
                [.. await database.Events.Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken)]);
            foreach (var (missed, payload) in page.Where(item => !known.Contains(item.Event.Id)
                && (item.Event.CreatedAt ?? round.Until) <= round.Until))
            {
                await KeepLeaseAsync(round, cancellationToken);
                if (await HandleAsync(payload, cancellationToken))
                {
                    round.Report.Events++;
                    Repaired("event", missed.Id, missed.Type);
                }
            }
        }
    }

    private Task<bool> HandleAsync(string payload, CancellationToken cancellationToken) => InScopeAsync(async services =>
        EventEnvelope.Read(payload, out _) is { } envelope
        && await services.GetRequiredService<WebhookInbox>().StoreAndLeaseAsync(envelope, payload, cancellationToken) is { } leased
        && await services.GetRequiredService<EventProcessor>().ProcessAsync(leased) == EventAttempt.Handled);

    private async Task WalletCommandsAsync(Round round, CancellationToken cancellationToken)
    {
        var pending = await InScopeAsync<WalletOutbox, List<Guid>>(
            outbox => outbox.PendingBeforeAsync(round.Until, CommandsAtOnce, cancellationToken));
        foreach (var checkoutId in pending)
        {
            var done = await TryAsync(round, checkoutId.ToString(), 0, () =>
                InScopeAsync<WalletOutbox, int>(outbox => outbox.SendPendingAsync(checkoutId, cancellationToken)), cancellationToken);
            round.Report.Commands += done;
            if (done > 0)
            {
                Repaired("command", checkoutId.ToString(), "wallet");
            }
        }
        await KeepLeaseAsync(round, cancellationToken);
        round.Report.Commands += await operatorRefundRetries.FinishAsync(time.GetUtcNow(), cancellationToken);
    }

    // A failure must not keep the others from being repaired; several failures are an outage and end the run.
    private async Task<T> TryAsync<T>(Round round, string id, T otherwise, Func<Task<T>> repair, CancellationToken cancellationToken)
    {
        await KeepLeaseAsync(round, cancellationToken);
        try
        {
            return await repair();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && ++round.Failures < MaxFailures)
        {
            LogNotRepaired(id, Outages.Reason(failure), Outages.IsOutage(failure, cancellationToken) ? null : failure);
            return otherwise;
        }
    }

    private async Task KeepLeaseAsync(Round round, CancellationToken cancellationToken)
    {
        if (!await InScopeAsync<WorkerLeases, bool>(leases => leases.KeepAsync(LeaseName, round.Holder, cancellationToken)))
        {
            throw new TimeoutException("The reconciler's lease was lost to another replica, which continues.");
        }
    }

    private void Repaired(string kind, string id, string result)
    {
        meter.Repaired(kind);
        LogRepaired(kind, id, result);
    }

    private Task<TResult> InScopeAsync<TService, TResult>(Func<TService, Task<TResult>> act) where TService : notnull =>
        InScopeAsync(services => act(services.GetRequiredService<TService>()));

    private async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider);
    }

    private sealed record Round(Guid Holder, DateTimeOffset Since, DateTimeOffset Until, ReconciliationReport Report)
    {
        public int Failures { get; set; }
    }

    [LoggerMessage(LogLevel.Warning, "Repaired: {Kind} {Id} had been missed ({Result})")]
    private partial void LogRepaired(string kind, string id, string result);

    [LoggerMessage(LogLevel.Warning, "{Id} could not be repaired; the next run retries ({Reason})")]
    private partial void LogNotRepaired(string id, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Information, "Compared with Stripe: {Count} repaired")]
    private partial void LogRound(long count);
}
