using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>Handles the events that Stripe lists and that were never delivered.</summary>
internal sealed class EventComparison(StripeApi stripe)
{
    public async Task ListedAsync(StepRun run)
    {
        await foreach (var page in stripe.EventsSinceAsync(run.Since, EventDispatch.HandledTypes, run.CancellationToken))
        {
            var ids = page.ConvertAll(item => item.Event.Id);
            var known = await run.InScopeAsync(async services => (HashSet<string>)
                [.. await services.GetRequiredService<PaymentsDbContext>().Events
                    .Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToListAsync(run.CancellationToken)]);
            foreach (var (missed, payload) in page.Where(item => !known.Contains(item.Event.Id)
                && (item.Event.CreatedAt ?? run.Until) <= run.Until))
            {
                if (await run.InScopeAsync(services => HandleAsync(services, missed, payload, run.CancellationToken)))
                {
                    run.Report.Events++;
                    run.Repaired("event", missed.Id, missed.Type);
                }
            }
        }
    }

    // Once it is stored, a failed attempt is retried from there.
    private static async Task<bool> HandleAsync(
        IServiceProvider services, EventEnvelope envelope, string payload, CancellationToken cancellationToken) =>
        await services.GetRequiredService<WebhookInbox>().StoreAndLeaseAsync(envelope, payload, cancellationToken) is { } leased
        && await services.GetRequiredService<EventProcessor>().ProcessAsync(leased) == EventAttempt.Handled;
}
