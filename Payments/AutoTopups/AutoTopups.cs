using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>
/// Decides whether low balances are topped up. A rule is read under a lease, so that of any number of signals on any number of replicas
/// one decides; what it decides is committed as a purchase, of which a user has at most one that has not ended.
/// </summary>
internal sealed partial class AutoTopups(
    PaymentsDbContext database, WalletService.WalletServiceClient wallet, Catalog catalog, Cards cards, TopupLimits limits,
    Checkouts checkouts, AutoTopupEnds ends, IOptions<AutoTopupOptions> options, PaymentsMeter meter, TimeProvider time,
    ILogger<AutoTopups> logger)
{
    // Longer than a round takes; a decision under a lease that is over is not committed.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>The balances of these users may have changed: their rules are due. It does not matter how often it is called.</summary>
    public Task<int> SignalAsync(Guid[] userIds, CancellationToken cancellationToken) =>
        MakeDueAsync(database.AutoTopups.Where(rule => userIds.Contains(rule.UserId)), cancellationToken);

    /// <summary>The balance of any user may have changed.</summary>
    public Task<int> SignalAllAsync(CancellationToken cancellationToken) => MakeDueAsync(database.AutoTopups, cancellationToken);

    /// <summary>Leases rules that are due; replicas get different ones. A signal during the lease makes a rule due again.</summary>
    public Task<List<AutoTopupRule>> TakeDueAsync(int count, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.AutoTopups.FromSql(
            $"""
            update auto_topups set lease_id = gen_random_uuid(), leased_until = {now + Lease}, next_check_at = {now + options.Value.Sweep}
            where user_id in (
                select user_id from auto_topups
                where state in ({(short)AutoTopupState.Active}, {(short)AutoTopupState.ActionRequired}) and next_check_at <= {now}
                    and (leased_until is null or leased_until <= {now})
                order by next_check_at limit {count} for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>Which of these leased rules call for a purchase, by the balances as they are now.</summary>
    /// <exception cref="Grpc.Core.RpcException">The wallet is unavailable.</exception>
    public async Task<List<AutoTopupRule>> LowAsync(IReadOnlyCollection<AutoTopupRule> rules, CancellationToken cancellationToken)
    {
        var request = new GetBalancesRequest();
        request.UserIds.AddRange(rules.Select(rule => rule.UserId.ToString()));
        var answer = await wallet.GetBalancesAsync(request, cancellationToken: cancellationToken);
        var low = answer.Balances.Zip(rules, (balance, rule) => AutoTopupRules.IsDue(rule, balance) ? rule : null);
        return [.. low.OfType<AutoTopupRule>()];
    }

    /// <summary>Commits the purchase of a leased rule, if nothing is in its way; returns its payment, leased, to be carried out.</summary>
    /// <exception cref="StripeUnavailableException">The user's card cannot be read now.</exception>
    public async Task<AutoTopupCharge?> BeginAsync(AutoTopupRule rule, CancellationToken cancellationToken)
    {
        if (!options.Value.IsCharging)
        {
            return null;
        }
        if (AutoTopupRules.ObstacleOf(rule, catalog.Pack(rule.PackId)) is { } obstacle)
        {
            await StopAsync(rule, obstacle, cancellationToken);
            return null;
        }
        if (await cards.DefaultAsync(rule.UserId, cancellationToken) is not var (customerId, card))
        {
            await StopAsync(rule, AutoTopupReasons.CardRequired, cancellationToken);
            return null;
        }
        return await CommitAsync(rule, catalog.Pack(rule.PackId)!, customerId, card.Id, cancellationToken);
    }

    /// <summary>Opens the checkout on which the user confirms a payment, unless it is open already.</summary>
    /// <exception cref="StripeUnavailableException">Try again.</exception>
    public async Task OfferConfirmationAsync(AutoTopupRule rule, CancellationToken cancellationToken)
    {
        if (catalog.Pack(rule.PackId) is not { Grants.Count: 0 } offer)
        {
            await StopAsync(rule, AutoTopupReasons.PackUnavailable, cancellationToken);
            return;
        }
        var checkoutId = rule.ActionCheckoutId!.Value;
        var checkout = await database.Checkouts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == checkoutId, cancellationToken);
        if (checkout is { Status: not CheckoutStatus.Open })
        {
            // It has expired; a paid one has set the rule going again.
            await StopAsync(rule, AutoTopupReasons.AuthenticationRequired, cancellationToken);
        }
        else if (checkout?.SessionUrl is null)
        {
            await checkouts.StartAsync(
                new CheckoutRequest(checkoutId, rule.UserId, offer) { SavesCard = true, MayReuse = false }, cancellationToken);
        }
    }

    /// <summary>Ends the lease of a rule.</summary>
    public Task ReleaseAsync(AutoTopupRule rule, CancellationToken cancellationToken) =>
        database.AutoTopups.Where(row => row.UserId == rule.UserId && row.LeaseId == rule.LeaseId).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.LeaseId, (Guid?)null).SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null),
            cancellationToken);

    // At once, or when the pause after a payment is over.
    private Task<int> MakeDueAsync(IQueryable<AutoTopupRule> rules, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return rules
            .Where(rule => rule.State == AutoTopupState.Active && rule.NextCheckAt > now
                && (rule.CoolOffUntil == null || rule.NextCheckAt > rule.CoolOffUntil))
            .ExecuteUpdateAsync(
                set => set.SetProperty(rule => rule.NextCheckAt, rule => rule.CoolOffUntil > now ? rule.CoolOffUntil.Value : now),
                cancellationToken);
    }

    private async Task StopAsync(AutoTopupRule rule, string reason, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await ends.StopAsync(rule.UserId, rule.Version, reason, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<AutoTopupCharge?> CommitAsync(
        AutoTopupRule rule, Offer offer, string customerId, string cardId, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // As for a checkout: the user's purchases are counted one after the other.
        var email = await checkouts.LockAsync(rule.UserId, cancellationToken);
        var now = time.GetUtcNow();
        var held = await database.AutoTopups.FromSql(
            $"""
            select * from auto_topups where user_id = {rule.UserId} and lease_id = {rule.LeaseId} and leased_until > {now}
                and version = {rule.Version} and state = {(short)AutoTopupState.Active} for update
            """).AsNoTracking().ToListAsync(cancellationToken);
        if (held is not [{ } current] || current.CoolOffUntil > now
            || await database.AutoTopupCharges.AnyAsync(row => row.UserId == rule.UserId && row.EndedAt == null, cancellationToken))
        {
            return null;
        }
        if (await WaitAsync(current, offer, now, cancellationToken) is var (reason, until))
        {
            await database.AutoTopups.Where(row => row.UserId == rule.UserId).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Reason, reason).SetProperty(row => row.CoolOffUntil, until)
                    .SetProperty(row => row.NextCheckAt, until), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return null;
        }
        var checkoutId = Guid.CreateVersion7();
        await checkouts.InsertAsync(
            new CheckoutRequest(checkoutId, rule.UserId, offer), PurchaseSource.AutoTopup, email, cancellationToken);
        var charge = new AutoTopupCharge
        {
            CheckoutId = checkoutId,
            UserId = rule.UserId,
            RuleVersion = rule.Version,
            CustomerId = customerId,
            PaymentMethodId = cardId,
            Attempts = 1,
            NextAttemptAt = now + AutoTopupCharges.Lease,
            CreatedAt = now,
        };
        database.AutoTopupCharges.Add(charge);
        await database.SaveChangesAsync(cancellationToken);
        database.ChangeTracker.Clear();
        await transaction.CommitAsync(cancellationToken);
        meter.AutoTopupStarted();
        LogBegun(rule.UserId, checkoutId, offer.PriceCents);
        return charge;
    }

    // Why the purchase has to wait, and until when. A block of the user stops the rule.
    private async Task<(string Reason, DateTimeOffset Until)?> WaitAsync(
        AutoTopupRule rule, Offer offer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await limits.IsBlockedAsync(rule.UserId, cancellationToken))
        {
            await ends.StopAsync(rule.UserId, rule.Version, AutoTopupReasons.Blocked, cancellationToken);
            return (AutoTopupReasons.Blocked, now);
        }
        if (await SpentAsync(rule.UserId, cancellationToken) + offer.PriceCents > rule.MonthlyCapCents)
        {
            return (AutoTopupReasons.MonthlyCap, AutoTopupRules.MonthOf(now).AddMonths(1));
        }
        try
        {
            await limits.CheckAsync(rule.UserId, address: null, offer.PriceCents, cancellationToken);
            return null;
        }
        catch (TopupLimitedException limited)
        {
            return (AutoTopupReasons.Limited, now + limited.Wait);
        }
    }

    [LoggerMessage(LogLevel.Information, "User {UserId}: the automatic top-up {CheckoutId} of {AmountCents} cents begins")]
    private partial void LogBegun(Guid userId, Guid checkoutId, long amountCents);
}
