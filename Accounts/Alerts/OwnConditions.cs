using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What needs an operator in Accounts itself.</summary>
internal static class OwnConditions
{
    // One for all: each alert about a mail of alerts would make another such mail.
    private const string AlertMails = "alerts";

    /// <summary>How long a service may be unable to say what needs an operator.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    /// <summary>How long each of the two passes over a deleted account may take.</summary>
    private static readonly TimeSpan LongestErasure = TimeSpan.FromDays(1);

    public static void AddOwnConditions(this IServiceCollection services)
    {
        services.AddConditions<AccountsDbContext>(AlertKinds.ApprovalWaiting, (database, now) => database.Approvals
            .Where(row => row.State == ApprovalState.Pending && row.ExpiresAt > now).OrderByDescending(row => row.CreatedAt)
            .Select(row => new OpenCondition(
                row.ApprovalId.ToString(),
                $"{row.Action} of {row.AmountCents} cents waits for a second admin until {Wording.Time(row.ExpiresAt)}: "
                    + $"approval {row.ApprovalId}.",
                row.CreatedAt)));
        services.AddConditions<AccountsDbContext>(AlertKinds.DeadMail, (database, _) => database.Mails
            .Where(row => row.FailedAt != null).OrderByDescending(row => row.FailedAt)
            .Select(row => new OpenCondition(
                row.Kind == MailKind.Alert ? AlertMails : row.MailId.ToString(),
                $"Mail {row.MailId} ({row.Kind.ToText()}) was given up: {row.LastError}", row.FailedAt!.Value)));
        services.AddConditions<AccountsDbContext>(AlertKinds.DeadFeedEvent, (database, _) => database.DeadFeedEvents
            .OrderByDescending(row => row.FailedAt)
            .Select(row => new OpenCondition(
                row.EventId.ToString(), $"Event {row.Sequence} of {row.Feed} ({row.EventId}) was given up: {row.Error}", row.FailedAt)));
        services.AddConditions<AccountsDbContext>(AlertKinds.DeadAlertPost, (database, _) => database.AlertPosts
            .Where(row => row.FailedAt != null).OrderByDescending(row => row.FailedAt)
            .Select(row => new OpenCondition(
                AlertMails, $"Post {row.PostId} of alerts was given up: {row.LastError}", row.FailedAt!.Value)));
        services.AddConditions<AccountsDbContext>(AlertKinds.DeadWebhook, (database, _) => database.WebhookDeliveries
            .Where(row => row.FailedAt != null).OrderByDescending(row => row.FailedAt)
            .Select(row => new OpenCondition(
                row.DeliveryId.ToString(),
                $"Delivery {row.DeliveryId} to the webhook {row.EndpointId} was given up: {row.LastError}", row.FailedAt!.Value)));
        services.AddConditions<AccountsDbContext>(AlertKinds.WebhookDisabled, (database, _) => database.WebhookEndpoints
            .Where(row => row.DisabledAt != null && row.DisabledBy != WebhookDisabling.Operator).OrderByDescending(row => row.DisabledAt)
            .Select(row => new OpenCondition(
                $"{row.EndpointId}@{row.DisabledAt!.Value.ToUnixTimeMilliseconds()}",
                $"The webhook {row.EndpointId} was disabled and gets no more events ({row.DisabledBy!.Value.ToText()}).",
                row.DisabledAt!.Value)));
        services.AddConditions<AccountsDbContext>(AlertKinds.DeletionWaiting, (database, now) => database.AccountDeletions
            .Where(row => row.EndedAt == null && row.LastError != null
                && row.DeletedAt < now - (row.Pass == 1 ? LongestErasure : 2 * LongestErasure))
            .OrderByDescending(row => row.DeletedAt)
            .Select(row => new OpenCondition(
                row.UserId.ToString(), $"The deleted account {row.UserId} is not erased: {row.LastError}", row.DeletedAt)));
        services.AddConditions<AccountsDbContext>(AlertKinds.LateCredits, (database, _) => database.AccountDeletions
            .Where(row => row.LateCents > 0).OrderByDescending(row => row.DeletedAt)
            .Select(row => new OpenCondition(
                $"{row.UserId}@{row.LateCents}",
                $"The wallet of the deleted account {row.UserId} has {row.LateCents} credits: refund their payment.", row.DeletedAt)));
        services.AddConditions<AccountsDbContext>(AlertKinds.JoinRejected, (database, _) => database.WalletJoins
            .Where(row => row.State == WalletJoinState.Rejected
                || (row.State == WalletJoinState.Pending && row.LastError!.StartsWith(WalletJoin.AtLimit)))
            .OrderByDescending(row => row.EndedAt ?? row.CreatedAt)
            .Select(row => new OpenCondition(
                row.FromUserId.ToString(), $"User {row.FromUserId} could not be joined with {row.IntoUserId}: {row.LastError}",
                row.EndedAt ?? row.CreatedAt)));
        services.AddConditions<AccountsDbContext>(AlertKinds.AuditLogBroken, (database, _) => database.AuditFindings
            .OrderByDescending(row => row.FoundAt)
            .Select(row => new OpenCondition(
                row.Sequence.ToString(),
                $"The audit log was changed: entry {row.Sequence} is missing, is not as it was written, or follows a missing one.",
                row.FoundAt)));
        services.AddConditions<AccountsDbContext>(AlertKinds.ServiceSilent, (database, now) => database.ConditionPolls
            .Where(row => row.FailingSince < now - LongestSilence).OrderByDescending(row => row.FailingSince)
            .Select(row => new OpenCondition(
                row.Service, $"{row.Service} does not say what needs an operator.", row.FailingSince!.Value)));
        services.AddScoped<ErrorRate>();
        services.AddConditions<ErrorRate>();
        services.AddScoped<SilencedAdmin>();
        services.AddConditions<SilencedAdmin>();
    }
}
