using Microsoft.EntityFrameworkCore;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>Compares the checkout sessions: those that Stripe lists, and our own open checkouts that its lists no longer reach.</summary>
internal sealed class SessionComparison(StripeApi stripe)
{
    private const int PageSize = 200;

    /// <summary>A session is listed by the time it was created, and may be paid or expire up to a day later.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(25);

    // How far back an open row is looked at.
    private static readonly TimeSpan OldestOpen = TimeSpan.FromDays(30);

    /// <summary>The sessions that Stripe lists.</summary>
    public async Task ListedAsync(StepRun run)
    {
        await foreach (var page in stripe.SessionsSinceAsync(run.Since, run.CancellationToken))
        {
            var ids = page.Select(session => session.Id).ToList();
            var (ours, parked) = await run.InScopeAsync(async services => (
                await services.GetRequiredService<PaymentsDbContext>().Checkouts.AsNoTracking()
                    .Where(row => ids.Contains(row.SessionId!)).ToDictionaryAsync(row => row.SessionId!, run.CancellationToken),
                await services.GetRequiredService<ParkedItems>().WaitingAsync(ParkedKind.Session, ids, run.CancellationToken)));
            foreach (var session in page.Where(session => session.Created <= run.Until.UtcDateTime && !parked.Contains(session.Id)
                && IsMissed(session, ours.GetValueOrDefault(session.Id))))
            {
                await RepairAsync(run, session.Id);
            }
        }
    }

    /// <summary>
    /// Our own checkouts that are open longer than a session lasts, whatever the lists reach. A bank debit may take so long; the
    /// webhook and the list tell of most of them, so that only the deep run asks Stripe for each.
    /// </summary>
    public async Task OldAsync(StepRun run)
    {
        var (oldest, youngest) = (run.Since - OldestOpen, run.Until - Longest);
        var (after, afterId) = (oldest, Guid.Empty);
        while (run.IsDeep)
        {
            var page = await run.InScopeAsync(services => services.GetRequiredService<PaymentsDbContext>().Checkouts
                .Where(row => row.Status == CheckoutStatus.Open && row.SessionId != null && row.CreatedAt < youngest
                    && (row.CreatedAt > after || (row.CreatedAt == after && row.Id > afterId)))
                .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id)
                .Select(row => new { row.Id, row.CreatedAt, SessionId = row.SessionId! }).Take(PageSize)
                .ToListAsync(run.CancellationToken));
            var parked = await run.InScopeAsync(services => services.GetRequiredService<ParkedItems>()
                .WaitingAsync(ParkedKind.Session, page.ConvertAll(row => row.SessionId), run.CancellationToken));
            foreach (var row in page.Where(row => !parked.Contains(row.SessionId)))
            {
                await RepairAsync(run, row.SessionId);
            }
            if (page.Count < PageSize)
            {
                return;
            }
            (after, afterId) = (page[^1].CreatedAt, page[^1].Id);
        }
    }

    /// <summary>Brings one session's checkout up to date.</summary>
    public static async Task RepairAsync(StepRun run, string sessionId)
    {
        var outcome = await run.TryAsync<CreditingOutcome?>(ParkedKind.Session, sessionId, null, async services =>
        {
            var outcome = await services.GetRequiredService<CheckoutRefresh>()
                .ApplyAsync(sessionId, SessionHint.None, null, run.CancellationToken);
            var parked = services.GetRequiredService<ParkedItems>();
            if (outcome.NeedsOperator())
            {
                await parked.ParkAsync(
                    ParkedKind.Session, sessionId, outcome.ToEventOutcome().Code, null, isRetried: true, run.CancellationToken);
            }
            else if (outcome != CreditingOutcome.UnknownStatus)
            {
                await parked.ResolveAsync(ParkedKind.Session, sessionId, run.CancellationToken);
            }
            return outcome;
        });
        if (outcome is CreditingOutcome.Credited or CreditingOutcome.Expired or CreditingOutcome.Failed)
        {
            run.Report.Sessions++;
            run.Repaired("session", sessionId, outcome.Value.ToString());
        }
    }

    private static bool IsMissed(Session session, Checkout? checkout) => checkout is null
        ? session.PaymentStatus == "paid" && session.Metadata?.ContainsKey("checkout_id") == true
        : (session.PaymentStatus == "paid" && checkout.CreditedAt is null)
            || (session.Status == "expired" && checkout.Status == CheckoutStatus.Open);
}
