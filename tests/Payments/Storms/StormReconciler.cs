using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>The reconciler as the storm sees it: it runs in the replicas during the whole storm and is never called.</summary>
internal sealed class StormReconciler(StormStack stack, StormPoison poison)
{
    public const int IntervalSeconds = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>What it has repaired so far.</summary>
    public int Repaired => stack.Replicas.Lines.Count(line => line.Contains("Repaired: ", StringComparison.Ordinal));

    /// <summary>
    /// Waits for a round that began after now, a day later, so that it is also due to look back as far as it ever does; and until
    /// nothing is on its way any more.
    /// </summary>
    public async Task RoundAsync()
    {
        stack.Clock.Move(TimeSpan.FromHours(25));
        var movedAt = stack.Clock.GetUtcNow();
        await Eventually.IsTrueAsync(
            async () => 1 == await stack.CountAsync($"reconciler_marks where name = 'round' and reached_at >= '{movedAt:O}'"),
            $"a whole round after {movedAt:O}", Patience);
        await Eventually.BecomesAsync(OnTheWayAsync, left => left.Length == 0, "nothing on its way", Patience);
    }

    // What a worker will try again.
    private async Task<string> OnTheWayAsync()
    {
        var waiting = string.Join(',', poison.Waiting.Select(id => $"'{id}'"));
        return await stack.Database.ScalarAsync<string>(
            $"""
            select coalesce(string_agg(what, ', '), '') from (
                select 'event ' || id || ' ' || type || ' ' || coalesce(error, '') from stripe_events
                    where state = 1 and id not in ({waiting})
                union all select 'order ' || id || ' ' || coalesce(error, '') from operator_refunds where state = 1
                union all select 'command ' || checkout_id || ' ' || coalesce(error, '') from wallet_commands where done_at is null
            ) as left_over (what)
            """);
    }
}
