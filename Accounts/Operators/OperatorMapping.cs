using System.Text.Json;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>Maps the domain and other services' responses to operators' responses.</summary>
internal static class OperatorMapping
{
    public static UserWalletResponse ToResponse(this GetBalanceResponse balance) =>
        new(balance.BalanceCents, balance.HeldCents, balance.ReceivableCents, balance.Frozen);

    public static LotResponse ToResponse(Lot lot) => new(
        lot.EntryId, lot.Bonus ? "bonus" : "paid", NullIfEmpty(lot.StripePaymentId), lot.LeftCents, lot.ExpiresAt?.ToDateTimeOffset());

    public static UserLedgerResponse ToResponse(this ListEntriesResponse page) =>
        new([.. page.Entries.Select(ToResponse)], NullIfEmpty(page.NextCursor));

    public static MailResponse ToResponse(OutgoingMail mail) => new(
        mail.MailId, mail.Kind.ToText(), mail.Recipient,
        mail.SentAt is not null ? "sent" : mail.FailedAt is not null ? "failed" : "pending",
        mail.Attempts, mail.LastError, mail.CreatedAt, mail.SentAt ?? mail.FailedAt);

    public static DeadLetterResponse ToDeadLetter(this OutgoingMail mail) => new(
        DeadLetterQueues.Mails, mail.MailId.ToString(), mail.Kind.ToText(), Uid: null, mail.LastError, mail.Attempts, mail.FailedAt);

    public static DeadLetterResponse ToDeadLetter(this AlertPost post) => new(
        DeadLetterQueues.AlertPosts, post.PostId.ToString(), "alert", Uid: null, post.LastError, post.Attempts, post.FailedAt);

    public static DeadLetterResponse ToDeadLetter(this DeadFeedEvent dead) => new(
        DeadLetterQueues.FeedEvents, dead.EventId.ToString(), dead.Feed, dead.UserId?.ToString(), dead.Error, dead.Attempts, dead.FailedAt);

    public static DeadLetterResponse ToDeadLetter(this Grant grant) => new(
        DeadLetterQueues.AccessGrants, grant.GrantId, ToText(grant.State), grant.UserId, NullIfEmpty(grant.Error), grant.Attempts,
        grant.UpdatedAt.ToDateTimeOffset());

    public static UserGrantResponse ToResponse(Grant grant) => new(
        grant.GrantId, ToText(grant.State), grant.Product, grant.Name, grant.AccessUsername, grant.AccessUntil?.ToDateTimeOffset(),
        NullIfEmpty(grant.SessionId), NullIfEmpty(grant.PackId), NullIfEmpty(grant.Error), grant.Attempts,
        grant.CreatedAt.ToDateTimeOffset(), grant.UpdatedAt.ToDateTimeOffset());

    // What all grants for the access ask for, and not this one alone.
    public static ProvisioningTaskResponse ToTask(this Grant grant) => new(
        grant.GrantId, grant.Wanted || grant.State == GrantState.Manual ? "grant" : "revoke", grant.Product, grant.Name,
        grant.AccessUsername,
        grant.WantedUntil?.ToDateTimeOffset(), grant.UserId, NullIfEmpty(grant.SessionId), NullIfEmpty(grant.PackId),
        NullIfEmpty(grant.Error), grant.Attempts, grant.UpdatedAt.ToDateTimeOffset());

    public static ProvisioningHealthResponse ToResponse(this GetProvisioningHealthResponse health) => new(
        health.Mode, health.FallbackMode, health.Pending, health.OldestPendingAt?.ToDateTimeOffset(), health.WaitingForSession,
        health.Tasks, health.Dead, health.Done + health.GivenUp == 0 ? null : (double)health.Done / (health.Done + health.GivenUp),
        NullIfEmpty(health.LastError), health.LastErrorAt?.ToDateTimeOffset());

    public static DeadLetterResponse ToDeadLetter(this DeadEvent dead) => new(
        DeadLetterQueues.PaymentEvents, dead.EventId, dead.Type, Uid: null, NullIfEmpty(dead.Error) ?? NullIfEmpty(dead.Outcome),
        dead.Attempts, dead.ReceivedAt?.ToDateTimeOffset());

    public static DeadLetterResponse ToDeadLetter(this ParkedItem item) => new(
        DeadLetterQueues.Parked, ParkedIds.Of(item), ParkedIds.ToText(item.Kind), Uid: null,
        item.Detail.Length == 0 ? item.Reason : $"{item.Reason}: {item.Detail}", item.Attempts, item.ParkedAt?.ToDateTimeOffset());

    public static DeadLetterResponse ToDeadLetter(this DeadIntent dead) => new(
        DeadLetterQueues.JobSteps, $"{dead.JobId}:{dead.Kind}", dead.Kind, NullIfEmpty(dead.UserId), NullIfEmpty(dead.Error), dead.Attempts,
        dead.DeadSince?.ToDateTimeOffset());

    public static AuditEntryResponse ToResponse(AuditEntry entry) => new(
        entry.Sequence, entry.At, entry.ActId, entry.State.ToText(), entry.ActorId, entry.Action, entry.SubjectId, entry.Target,
        entry.Reason, entry.ClientAddress, Parse(entry.Before), Parse(entry.After));

    private static LedgerEntryResponse ToResponse(Entry entry) => new(
        entry.Id, entry.ChangeCents, entry.BalanceAfterCents, ToText(entry.Reason), NullIfEmpty(entry.JobId),
        NullIfEmpty(entry.StripePaymentId), NullIfEmpty(entry.Description), entry.CreatedAt.ToDateTimeOffset());

    private static string ToText(EntryReason reason) => reason switch
    {
        EntryReason.Topup => "topup",
        EntryReason.Debit => "debit",
        EntryReason.Refund => "refund",
        EntryReason.Bonus => "bonus",
        EntryReason.Clawback => "clawback",
        EntryReason.Adjustment => "adjustment",
        EntryReason.Expiry => "expiry",
        EntryReason.Join => "join",
        EntryReason.Forfeiture => "forfeiture",
        // A newer Wallet's.
        _ => "unknown",
    };

    private static string ToText(this AuditState state) => state switch
    {
        AuditState.Intended => "intended",
        AuditState.Done => "done",
        AuditState.Rejected => "rejected",
    };

    private static string ToText(GrantState state) => state switch
    {
        GrantState.Pending => "pending",
        GrantState.Granted => "granted",
        GrantState.Manual => "manual",
        GrantState.Failed => "failed",
        GrantState.Revoking => "revoking",
        GrantState.ManualRevoke => "manual_revoke",
        GrantState.RevokeFailed => "revoke_failed",
        GrantState.Revoked => "revoked",
        GrantState.Cancelled => "cancelled",
        // A newer Payments'.
        _ => "unknown",
    };

    public static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static JsonElement? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}
