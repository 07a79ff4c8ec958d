namespace ReelBallers.Accounts;

/// <summary>Response of <c>GET /api/admin/figures</c>.</summary>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day, which belongs to them.</param>
/// <param name="Days">Every day, the oldest first.</param>
/// <param name="Now">What is true when it is asked for.</param>
internal sealed record FiguresResponse(DateOnly From, DateOnly To, IReadOnlyList<FiguresDayResponse> Days, FiguresNowResponse Now);

/// <summary>
/// The numbers of one day: money by Payments, credits by the ledger, jobs by the day of their end. Earned is what the ledger's revenue has
/// gained, from bonus credits too; the margin is that less what RunPod charges. The failure rate is null when no job has ended but by a
/// cancellation.
/// </summary>
internal sealed record FiguresDayResponse(
    DateOnly Day, long PaidCents, long RefundedCents, long DisputedCents, long TopupCents, long BonusCents, long AdjustedCents,
    long ClawedBackCents, long SpentCents, long ExpiredCents, long ForfeitedCents, long EarnedCents, long ProviderMicrodollars,
    long MarginMicrodollars, long CompletedJobs, long FailedJobs, long CancelledJobs, long TimedOutJobs, decimal? FailureRate);

/// <summary>What users have and owe, and what waits: to be tried again by a worker, or for an operator.</summary>
internal sealed record FiguresNowResponse(
    long UnspentCents, long HeldCents, long ReceivableCents, long QueuedJobs, long RunningJobs, long DeadJobSteps,
    long PendingPaymentEvents, long PendingWalletCommands, long PendingGrants, long ParkedItems, long PendingMails,
    long PendingAlertPosts, long PendingWebhooks, long PendingJoins, long PendingApprovals);
