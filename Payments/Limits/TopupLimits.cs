using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Who may start a top-up, counted in the database, so that the limits hold over all replicas. Users of a known address are also
/// counted together, and so are an account and the users who belong to it: a sign-in is no way around a limit or a block.
/// </summary>
internal sealed partial class TopupLimits(
    PaymentsDbContext database, IOptions<TopupLimitOptions> options, PaymentsMeter meter, TimeProvider time, ILogger<TopupLimits> logger)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>Checks a new top-up, in the transaction that inserts it.</summary>
    /// <exception cref="ProblemException">The user is blocked, or above a limit.</exception>
    public async Task CheckAsync(Guid userId, string? address, long priceCents, CancellationToken cancellationToken)
    {
        if (await IsBlockedAsync(userId, cancellationToken))
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden, "topup_blocked", "Top-ups blocked",
                "Top-ups of this account are blocked after a lost dispute. Contact support.");
        }
        var (limits, users) = (options.Value, await database.UsersOfAsync(userId, cancellationToken));
        await CheckAsync(
            "user", database.Checkouts.Where(row => users.Contains(row.UserId)),
            database.FailedPayments.Where(row => users.Contains(row.UserId)),
            (limits.OpenSessionsPerUser, limits.FailedPaymentsPerUser, limits.CentsPerUser), priceCents, cancellationToken);
        if (address is not null)
        {
            // As for the user, whose row is locked: together the concurrent requests of an address must not exceed the limit.
            await database.Database.ExecuteSqlAsync(
                $"select pg_advisory_xact_lock(hashtextextended({address}, 0))", cancellationToken);
            await CheckAsync(
                "address", database.Checkouts.Where(row => row.ClientAddress == address),
                database.FailedPayments.Where(row => row.ClientAddress == address),
                (limits.OpenSessionsPerAddress, limits.FailedPaymentsPerAddress, limits.CentsPerAddress), priceCents, cancellationToken);
        }
    }

    /// <summary>Whether the user may start no top-up until an operator says so.</summary>
    public async Task<bool> IsBlockedAsync(Guid userId, CancellationToken cancellationToken)
    {
        var users = await database.UsersOfAsync(userId, cancellationToken);
        return await database.TopupBlocks.AnyAsync(row => users.Contains(row.UserId) && row.LiftedAt == null, cancellationToken);
    }

    private async Task CheckAsync(
        string scope, IQueryable<Checkout> checkouts, IQueryable<FailedPayment> failures, (int Open, int Failed, long Cents) limit,
        long priceCents, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = now - Window;
        if (limit.Open > 0)
        {
            var ends = await checkouts
                .Where(row => row.Status == CheckoutStatus.Open && row.CreatedAt > since && row.SessionExpiresAt > now)
                .OrderBy(row => row.SessionExpiresAt).Select(row => row.SessionExpiresAt).Take(limit.Open).ToListAsync(cancellationToken);
            Require(ends.Count < limit.Open, scope, "open_sessions", ends.FirstOrDefault() - now);
        }
        if (limit.Failed > 0)
        {
            var failed = await failures.Where(row => row.FailedAt > since).OrderByDescending(row => row.FailedAt)
                .Select(row => row.FailedAt).Take(limit.Failed).ToListAsync(cancellationToken);
            Require(failed.Count < limit.Failed, scope, "failed_payments", failed.LastOrDefault() + Window - now);
        }
        if (limit.Cents > 0)
        {
            var bought = checkouts.Where(row => row.CreatedAt > since
                && row.Status != CheckoutStatus.Expired && row.Status != CheckoutStatus.Failed);
            var cents = await bought.SumAsync(row => (long?)row.AmountCents, cancellationToken) ?? 0;
            Require(
                cents + priceCents <= limit.Cents, scope, "cents",
                await bought.MinAsync(row => (DateTimeOffset?)row.CreatedAt, cancellationToken) + Window - now);
        }
    }

    private void Require(bool isWithin, string scope, string limit, TimeSpan? wait)
    {
        if (isWithin)
        {
            return;
        }
        var seconds = (long)Math.Ceiling(Math.Max(1, (wait ?? Window).TotalSeconds));
        meter.Limited(scope, limit);
        LogLimited(scope, limit, seconds);
        throw new TopupLimitedException(seconds);
    }

    [LoggerMessage(LogLevel.Warning, "A top-up was rejected by the limit {Limit} of its {Scope}, for {Seconds} s")]
    private partial void LogLimited(string scope, string limit, long seconds);
}

/// <summary>A limit for top-ups is reached.</summary>
/// <param name="seconds">When to come again.</param>
internal sealed class TopupLimitedException(long seconds) : Exception("A limit for top-ups is reached.")
{
    /// <summary>How long until it may be tried again.</summary>
    public TimeSpan Wait => TimeSpan.FromSeconds(seconds);

    /// <summary>429 <c>topup_limited</c>, with <c>Retry-After</c>.</summary>
    public IResult ToResult(HttpResponse response)
    {
        Problems.RetryAfter(response, Wait);
        return Problems.Of(
            StatusCodes.Status429TooManyRequests, "topup_limited", "Too many top-ups",
            "Too many open, failed or large top-ups. Pay or wait: Retry-After says how long, in seconds.");
    }
}
