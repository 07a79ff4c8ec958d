using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>What a user wants.</summary>
/// <param name="ThresholdCents">Below this balance the pack is bought.</param>
/// <param name="Offer">The pack.</param>
/// <param name="MonthlyCapCents">The most that is charged in a calendar month.</param>
internal sealed record AutoTopupWish(long ThresholdCents, Offer Offer, long MonthlyCapCents);

/// <summary>A rule, and what goes with it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="SpentCents">What was charged this month, payments without an outcome included.</param>
/// <param name="IsCharging">Whether a payment has no outcome yet.</param>
/// <param name="ActionUrl">The page on which the user is to confirm a payment; null without one.</param>
internal sealed record AutoTopupStatus(AutoTopupRule Rule, long SpentCents, bool IsCharging, string? ActionUrl)
{
    /// <summary>Without the URL: who has it can pay.</summary>
    public override string ToString() => nameof(AutoTopupStatus);
}

/// <summary>The rules, as their users see and change them.</summary>
internal sealed partial class AutoTopups
{
    /// <summary>The user's rule; null when there was never one.</summary>
    public async Task<AutoTopupStatus?> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        var rule = await database.AutoTopups.AsNoTracking().SingleOrDefaultAsync(row => row.UserId == userId, cancellationToken);
        if (rule is null)
        {
            return null;
        }
        var now = time.GetUtcNow();
        var url = rule.ActionCheckoutId is not { } checkoutId ? null : await database.Checkouts
            .Where(row => row.Id == checkoutId && row.Status == CheckoutStatus.Open && row.SessionExpiresAt > now)
            .Select(row => row.SessionUrl).SingleOrDefaultAsync(cancellationToken);
        return new AutoTopupStatus(
            rule, await SpentAsync(userId, cancellationToken),
            await database.AutoTopupCharges.AnyAsync(row => row.UserId == userId && row.EndedAt == null, cancellationToken), url);
    }

    /// <summary>Turns automatic top-ups on, or on again. False: the user has no saved card.</summary>
    /// <exception cref="StripeUnavailableException">The cards cannot be read now.</exception>
    public async Task<bool> TurnOnAsync(Guid userId, AutoTopupWish wish, CancellationToken cancellationToken)
    {
        if ((await cards.ListAsync(userId, cancellationToken)).Count == 0)
        {
            return false;
        }
        var (now, offer) = (time.GetUtcNow(), wish.Offer);
        // The pause after a payment stays, or turning it off and on would be a way around it.
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into auto_topups as rule (user_id, state, threshold_cents, pack_id, agreed_price_cents, monthly_cap_cents, version,
                failures, next_check_at, created_at, updated_at)
            values ({userId}, {(short)AutoTopupState.Active}, {wish.ThresholdCents}, {offer.PackId}, {offer.PriceCents},
                {wish.MonthlyCapCents}, 1, 0, {now}, {now}, {now})
            on conflict (user_id) do update set state = excluded.state, threshold_cents = excluded.threshold_cents,
                pack_id = excluded.pack_id, agreed_price_cents = excluded.agreed_price_cents,
                monthly_cap_cents = excluded.monthly_cap_cents, version = rule.version + 1, failures = 0, reason = null,
                action_checkout_id = null, updated_at = excluded.updated_at,
                cool_off_until = case when rule.reason = {AutoTopupReasons.MonthlyCap} then null else rule.cool_off_until end,
                next_check_at = excluded.next_check_at
            """, cancellationToken);
        LogChanged(userId, true);
        return true;
    }

    /// <summary>Turns automatic top-ups off. A payment that has begun is not stopped by it.</summary>
    public async Task TurnOffAsync(Guid userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.AutoTopups.Where(row => row.UserId == userId).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, AutoTopupState.Off).SetProperty(row => row.Version, row => row.Version + 1)
                .SetProperty(row => row.Failures, 0).SetProperty(row => row.Reason, (string?)null)
                .SetProperty(row => row.ActionCheckoutId, (Guid?)null).SetProperty(row => row.UpdatedAt, now), cancellationToken);
        LogChanged(userId, false);
    }

    // What was charged this month. A refunded payment counts; one that was declined does not.
    private async Task<long> SpentAsync(Guid userId, CancellationToken cancellationToken)
    {
        var month = AutoTopupRules.MonthOf(time.GetUtcNow());
        return await database.Checkouts
            .Where(row => row.UserId == userId && row.Source == PurchaseSource.AutoTopup && row.CreatedAt >= month
                && row.Status != CheckoutStatus.Failed && row.Status != CheckoutStatus.Expired)
            .SumAsync(row => (long?)row.AmountCents, cancellationToken) ?? 0;
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} changed automatic top-ups; on: {IsOn}")]
    private partial void LogChanged(Guid userId, bool isOn);
}
