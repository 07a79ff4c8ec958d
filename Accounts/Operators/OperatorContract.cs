using System.Text.Json;

namespace ReelBallers.Accounts;

/// <summary>A body with nothing but the reason of an act.</summary>
internal record ActBody(string? Reason = null);

/// <summary>Body of <c>PUT /api/admin/users/{uid}/role</c>.</summary>
internal sealed record RoleBody(string? Reason = null, string? Role = null) : ActBody(Reason);

/// <summary>Body of <c>POST /api/admin/users/{uid}/credits</c>.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Kind"><c>bonus</c> or <c>adjustment</c>.</param>
/// <param name="AmountCents">How many; below zero for an adjustment that takes credits.</param>
/// <param name="ExpiresAt">When the unspent rest expires; null: never.</param>
internal sealed record CreditBody(string? Reason = null, string? Kind = null, long? AmountCents = null, DateTimeOffset? ExpiresAt = null)
    : ActBody(Reason);

/// <summary>Body of <c>POST /api/admin/users/{uid}/thaw</c>.</summary>
internal sealed record ThawBody(string? Reason = null, string? FreezeId = null) : ActBody(Reason);

/// <summary>Body of <c>POST /api/admin/payments/{payment_id}/refund</c>.</summary>
/// <param name="Reason">Why.</param>
/// <param name="AmountCents">Null: all that is left of the payment.</param>
/// <param name="Force">Whether spent credits are refunded too; the wallet owes them then.</param>
internal sealed record RefundBody(string? Reason = null, long? AmountCents = null, bool Force = false) : ActBody(Reason);

/// <summary>Response of <c>GET /api/admin/users</c>.</summary>
internal sealed record UsersResponse(IReadOnlyList<UserResponse> Users);

/// <summary>
/// A user; without an account the address and the time are null and there are no roles. <c>deleted_at</c> is null unless the user has
/// deleted the account. <c>joined_into</c> is the account that an anonymous user belongs to or is going to, null for none;
/// <c>joined_users</c> are those of an account, the oldest join first.
/// </summary>
internal sealed record UserResponse(
    Guid Uid, string? Email, IReadOnlyList<string> Roles, DateTimeOffset? CreatedAt, DateTimeOffset? DeletedAt, Guid? JoinedInto,
    IReadOnlyList<Guid> JoinedUsers);

/// <summary>
/// Response of <c>GET /api/admin/users/{uid}</c>; <c>suppression</c> is null unless the address of the account is suppressed.
/// </summary>
internal sealed record UserDetailsResponse(
    UserResponse User, UserWalletResponse Wallet, IReadOnlyList<LotResponse> Lots, SuppressionResponse? Suppression);

/// <summary>The state of a wallet.</summary>
internal sealed record UserWalletResponse(long BalanceCents, long HeldCents, long ReceivableCents, bool Frozen);

/// <summary>Credits that are left of one source.</summary>
internal sealed record LotResponse(string EntryId, string Kind, string? StripePaymentId, long LeftCents, DateTimeOffset? ExpiresAt);

/// <summary>Response of <c>GET /api/admin/users/{uid}/ledger</c>.</summary>
internal sealed record UserLedgerResponse(IReadOnlyList<LedgerEntryResponse> Entries, string? NextCursor);

/// <summary>An entry of the statement.</summary>
internal sealed record LedgerEntryResponse(
    string Id, long ChangeCents, long BalanceAfterCents, string Reason, string? JobId, string? StripePaymentId, string? Description,
    DateTimeOffset CreatedAt);

/// <summary>Response of <c>GET /api/admin/users/{uid}/mails</c>; <c>suppression</c> as in <see cref="UserDetailsResponse"/>.</summary>
internal sealed record MailsResponse(SuppressionResponse? Suppression, IReadOnlyList<MailResponse> Mails);

/// <summary>A mail about the user or to the user's address; <c>status</c> is <c>pending</c>, <c>sent</c> or <c>failed</c>.</summary>
internal sealed record MailResponse(
    Guid MailId, string Kind, string Recipient, string Status, int Attempts, string? LastError, DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt);

/// <summary>Response of <c>GET /api/admin/audit</c> and <c>GET /api/admin/users/{uid}/audit</c>.</summary>
internal sealed record AuditResponse(IReadOnlyList<AuditEntryResponse> Entries, string? NextCursor);

/// <summary>An entry of the audit log; <c>state</c> is <c>intended</c>, <c>done</c> or <c>rejected</c>.</summary>
internal sealed record AuditEntryResponse(
    long Sequence, DateTimeOffset At, Guid ActId, string State, Guid? ActorId, string Action, Guid? SubjectId, string? Target,
    string Reason, string? ClientAddress, JsonElement? Before, JsonElement? After);

/// <summary>
/// Response of <c>GET /api/admin/audit/check</c>: how far the replica that answers has checked the chain, when it reached the end of the
/// log (null: not yet), how long ago, and the first entry that was changed or follows a missing one (null: none).
/// </summary>
internal sealed record AuditCheckResponse(
    long LastSequence, string? LastHash, DateTimeOffset? CheckedAt, long? AgeSeconds, long? FirstBrokenSequence);

/// <summary>Response of the acts that give credits: the balance right after them.</summary>
internal sealed record BalanceResponse(Guid ActId, long BalanceCents);

/// <summary>Response of the acts that freeze and thaw.</summary>
/// <param name="ActId">In the audit log.</param>
/// <param name="FreezeId">Thaws it.</param>
/// <param name="Frozen">Whether the wallet is frozen now.</param>
internal sealed record FreezeResponse(Guid ActId, string FreezeId, bool Frozen);

/// <summary>Response of <c>POST /api/admin/payments/{payment_id}/refund</c>.</summary>
internal sealed record RefundResponse(Guid ActId, string RefundId, long AmountCents, long RefundedCents);

/// <summary>Body of <c>POST /api/admin/disputes/{dispute_id}/evidence</c>.</summary>
/// <param name="Reason">Why; the bank is not told.</param>
/// <param name="Note">Added to the summary that the bank gets; null for nothing.</param>
internal sealed record EvidenceBody(string? Reason = null, string? Note = null) : ActBody(Reason);

/// <summary>
/// Response of <c>GET /api/admin/disputes/{dispute_id}/evidence</c>: what the bank would be told. <c>status</c> is Stripe's, <c>due_by</c>
/// is null when the bank takes no evidence.
/// </summary>
internal sealed record EvidenceResponse(string DisputeId, string Status, DateTimeOffset? DueBy, string Summary, string? ActivityLog);

/// <summary>Response of <c>POST /api/admin/disputes/{dispute_id}/evidence</c>: the dispute after it.</summary>
internal sealed record EvidenceSubmittedResponse(Guid ActId, string Status, DateTimeOffset? DueBy);

/// <summary>Response of <c>POST /api/admin/users/{uid}/lift-topup-block</c>; 0: the user was not blocked.</summary>
internal sealed record TopupBlockLiftedResponse(Guid ActId, int Lifted);

/// <summary>Response of <c>GET /api/admin/dead-letters</c>.</summary>
/// <param name="DeadLetters">The oldest of each queue, or a page of one.</param>
/// <param name="NextCursor">Of one queue, what its next page begins after; null on the last one, and without a queue.</param>
/// <param name="More">The queues that have more than is here.</param>
/// <param name="Unavailable">The queues that could not be read, since their service does not answer.</param>
internal sealed record DeadLettersResponse(
    IReadOnlyList<DeadLetterResponse> DeadLetters, string? NextCursor, IReadOnlyList<string> More, IReadOnlyList<string> Unavailable);

/// <summary>What is not tried any more.</summary>
/// <param name="Queue">One of <see cref="DeadLetterQueues"/>.</param>
/// <param name="Id">In its queue.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Uid">The user whom it concerns; null when that is not known.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Since">When it was given up or set aside; when it arrived for events of payments.</param>
internal sealed record DeadLetterResponse(
    string Queue, string Id, string Kind, string? Uid, string? Error, int Attempts, DateTimeOffset? Since);

/// <summary>The queues that have dead letters.</summary>
internal static class DeadLetterQueues
{
    /// <summary>Of Accounts.</summary>
    public const string Mails = "mails";

    /// <summary>Of Payments.</summary>
    public const string PaymentEvents = "payment-events";

    /// <summary>Of Jobs.</summary>
    public const string JobSteps = "job-steps";

    /// <summary>Of Accounts: deliveries to other systems.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Of Accounts: posts of alerts.</summary>
    public const string AlertPosts = "alert-posts";

    /// <summary>Of Accounts: events of Payments and Jobs.</summary>
    public const string FeedEvents = "feed-events";

    /// <summary>Of Payments: access to outside systems.</summary>
    public const string AccessGrants = "access-grants";

    /// <summary>Of Payments: what was set aside, such as a session that was paid and could not be credited.</summary>
    public const string Parked = "parked";

    /// <summary>Those of Accounts.</summary>
    public static IReadOnlyList<string> Own { get; } = [Mails, AlertPosts, Webhooks, FeedEvents];

    /// <summary>Those of Payments and Jobs.</summary>
    public static IReadOnlyList<string> Others { get; } = [PaymentEvents, AccessGrants, Parked, JobSteps];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Own, .. Others];
}

/// <summary>
/// Response of <c>GET /api/admin/provisioning/health</c>; <c>success_rate</c> is of the last day, and null without grants.
/// </summary>
internal sealed record ProvisioningHealthResponse(
    string Mode, string FallbackMode, long Pending, DateTimeOffset? OldestPendingAt, long WaitingForSession, long Tasks, long DeadLetters,
    double? SuccessRate, string? LastError, DateTimeOffset? LastErrorAt);

/// <summary>Response of <c>GET /api/admin/provisioning/tasks</c>.</summary>
internal sealed record ProvisioningTasksResponse(IReadOnlyList<ProvisioningTaskResponse> Tasks, string? NextCursor);

/// <summary>
/// What is to be done by hand. <c>action</c> is <c>grant</c>: the user name is to have access until <c>access_until</c> (null: for ever);
/// or <c>revoke</c>: it is to have none.
/// </summary>
internal sealed record ProvisioningTaskResponse(
    string GrantId, string Action, string Product, string Name, string AccessUsername, DateTimeOffset? AccessUntil, string Uid,
    string? SessionId, string? Pack, string? Error, int Attempts, DateTimeOffset Since);

/// <summary>Response of <c>GET /api/admin/users/{uid}/grants</c>.</summary>
internal sealed record UserGrantsResponse(IReadOnlyList<UserGrantResponse> Grants, string? NextCursor);

/// <summary>Access that a purchase gives; the states are those of Payments.</summary>
internal sealed record UserGrantResponse(
    string GrantId, string State, string Product, string Name, string AccessUsername, DateTimeOffset? AccessUntil, string? SessionId,
    string? Pack, string? Error, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Response of <c>GET /api/admin/alerts</c>.</summary>
internal sealed record AlertsResponse(IReadOnlyList<AlertResponse> Alerts, string? NextCursor);

/// <summary>
/// What operators are told. <c>status</c> is <c>open</c> or <c>ended</c>; <c>told_at</c> is null until it was put into a mail or a post.
/// </summary>
internal sealed record AlertResponse(
    string Kind, string Subject, string Text, string Status, DateTimeOffset Since, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt,
    DateTimeOffset? ToldAt);

/// <summary>
/// Response of a replay; <c>done</c> says whether the cause is gone already, and is null where the queue tries it a moment later.
/// </summary>
internal sealed record ReplayResponse(Guid ActId, bool? Done);

/// <summary>Response of an act without further results.</summary>
internal sealed record ActResponse(Guid ActId);
