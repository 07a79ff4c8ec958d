using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Compares the refunds and disputes that Stripe lists with those that were applied.</summary>
internal sealed class ReversalComparison(StripeApi stripe, ServiceTracer tracer, TimeProvider time)
{
    private const int PageSize = 200;

    public async Task RefundsAsync(StepRun run)
    {
        await foreach (var page in stripe.RefundsSinceAsync(run.Since, run.CancellationToken))
        {
            run.Report.Refunds += await RepairAsync(
                run, "refund", [.. page.Where(refund => refund.Created <= run.Until.UtcDateTime)
                    .Select(refund => (refund.Id, refund.Status, refund.PaymentIntentId))]);
        }
    }

    public async Task DisputesAsync(StepRun run)
    {
        await foreach (var page in stripe.DisputesSinceAsync(run.Since, run.CancellationToken))
        {
            run.Report.Disputes += await RepairAsync(
                run, "dispute", [.. page.Where(dispute => dispute.Created <= run.Until.UtcDateTime)
                    .Select(dispute => (dispute.Id, dispute.Status, dispute.PaymentIntentId))]);
        }
    }

    /// <summary>
    /// Our own payments whose refunds or disputes are undecided: a dispute may close months after it was created, and the wallet
    /// is frozen until we know.
    /// </summary>
    public async Task OpenAsync(StepRun run)
    {
        var last = Guid.Empty;
        while (true)
        {
            var due = await run.InScopeAsync(services => OpenAfter(
                services.GetRequiredService<PaymentsDbContext>(), last, run.IsDeep ? DateTimeOffset.MaxValue : time.GetUtcNow(), run.IsDeep)
                .OrderBy(row => row.Id).Select(row => new { row.Id, PaymentIntentId = row.PaymentIntentId! })
                .Take(PageSize).ToListAsync(run.CancellationToken));
            var parked = await run.InScopeAsync(services => services.GetRequiredService<ParkedItems>().WaitingAsync(
                ParkedKind.Payment, due.ConvertAll(row => row.PaymentIntentId), run.CancellationToken));
            foreach (var row in due.Where(row => !parked.Contains(row.PaymentIntentId)))
            {
                run.Report.Disputes += await RepairAsync(run, "open reversal", row.PaymentIntentId, row.PaymentIntentId) ? 1 : 0;
            }
            if (due.Count < PageSize)
            {
                return;
            }
            last = due[^1].Id;
        }
    }

    // The deep run also finds what an older version has stored.
    private static IQueryable<Checkout> OpenAfter(PaymentsDbContext database, Guid last, DateTimeOffset due, bool isDeep) =>
        database.Checkouts.Where(row => row.Id > last && row.PaymentIntentId != null
            && (row.LookAgainAt <= due || (isDeep && database.Reversals.Any(
                reversal => reversal.CheckoutId == row.Id && ReversalRules.OpenStatuses.Contains(reversal.Status)))));

    /// <summary>Applies one payment's refunds and disputes; whether there was a change.</summary>
    public async Task<bool> RepairAsync(StepRun run, string kind, string id, string paymentIntentId)
    {
        using var span = tracer.Continue($"repair {kind}", traceParent: null);
        var outcome = await run.TryAsync(ParkedKind.Payment, paymentIntentId, ReversalOutcome.NotOurs, async services =>
        {
            var outcome = await services.GetRequiredService<Reversals>().ApplyAsync(paymentIntentId, run.CancellationToken);
            if (outcome == ReversalOutcome.PaymentUnknown)
            {
                await services.GetRequiredService<ParkedItems>().ParkAsync(
                    ParkedKind.Payment, paymentIntentId, ParkedReasons.MissingAtStripe, null, isRetried: true, run.CancellationToken);
            }
            return outcome;
        });
        if (outcome == ReversalOutcome.Reversed)
        {
            run.Repaired(kind, id, paymentIntentId);
        }
        return outcome == ReversalOutcome.Reversed;
    }

    private async Task<int> RepairAsync(StepRun run, string kind, List<(string Id, string? Status, string? PaymentIntentId)> reversals)
    {
        var ids = reversals.ConvertAll(reversal => reversal.Id);
        var payments = reversals.Select(reversal => reversal.PaymentIntentId).OfType<string>().Distinct().ToList();
        var (known, parked) = await run.InScopeAsync(async services => (
            await services.GetRequiredService<PaymentsDbContext>().Reversals.AsNoTracking()
                .Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Status, run.CancellationToken),
            await services.GetRequiredService<ParkedItems>().WaitingAsync(ParkedKind.Payment, payments, run.CancellationToken)));
        var repaired = 0;
        foreach (var (id, status, paymentIntentId) in reversals)
        {
            if (paymentIntentId is not null && !parked.Contains(paymentIntentId) && known.GetValueOrDefault(id) != status
                && await RepairAsync(run, kind, id, paymentIntentId))
            {
                repaired++;
            }
        }
        return repaired;
    }
}
