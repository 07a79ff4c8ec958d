using ReelBallers.Operations.V1;

namespace ReelBallers.Accounts;

/// <summary>The kinds of alerts: those of other services (<see cref="ConditionKinds"/>) and those of Accounts.</summary>
internal static class AlertKinds
{
    /// <summary>A payment was credited.</summary>
    public const string Purchase = "purchase";

    /// <summary>A ticket waits for an answer.</summary>
    public const string Ticket = "ticket";

    /// <summary>An act that needs two people waits for the second one.</summary>
    public const string ApprovalWaiting = "approval_waiting";

    /// <summary>A mail that was given up.</summary>
    public const string DeadMail = "dead_mail";

    /// <summary>An event of another service that was given up.</summary>
    public const string DeadFeedEvent = "dead_feed_event";

    /// <summary>No alert is mailed, since the admin's address is suppressed.</summary>
    public const string AdminSuppressed = "admin_suppressed";

    /// <summary>A post of alerts that was given up.</summary>
    public const string DeadAlertPost = "dead_alert_post";

    /// <summary>A delivery of a webhook that was given up.</summary>
    public const string DeadWebhook = "dead_webhook";

    /// <summary>An endpoint of webhooks that was disabled, but not by an operator.</summary>
    public const string WebhookDisabled = "webhook_disabled";

    /// <summary>A deleted account that could not be erased for a day.</summary>
    public const string DeletionWaiting = "deletion_waiting";

    /// <summary>Credits that came into the wallet of a deleted account.</summary>
    public const string LateCredits = "late_credits";

    /// <summary>An anonymous user who could not be joined with an account.</summary>
    public const string JoinRejected = "join_rejected";

    /// <summary>The audit log was changed.</summary>
    public const string AuditLogBroken = "audit_log_broken";

    /// <summary>A service that does not say what needs an operator.</summary>
    public const string ServiceSilent = "service_silent";

    /// <summary>Too many requests fail.</summary>
    public const string ErrorRate = "error_rate";

    /// <summary>The heading of a kind.</summary>
    public static string TitleOf(string kind) => kind switch
    {
        Purchase => "New purchases",
        Ticket => "Tickets",
        ApprovalWaiting => "Acts that wait for a second admin",
        DeadMail => "Mails that were given up",
        DeadFeedEvent => "Events of payments and jobs that could not be handled",
        AdminSuppressed => "The address of the alerts is suppressed",
        DeadAlertPost => "Posts of alerts that were given up",
        DeadWebhook => "Deliveries of webhooks that were given up",
        WebhookDisabled => "Webhooks that were disabled",
        DeletionWaiting => "Deleted accounts that are not erased",
        LateCredits => "Credits of deleted accounts",
        JoinRejected => "Users who could not be joined",
        AuditLogBroken => "Changes of the audit log",
        ServiceSilent => "Services that do not answer",
        ErrorRate => "Error rate of requests",
        ConditionKinds.DeadPaymentEvent => "Events of payments that were given up",
        ConditionKinds.DeadGrant => "Grants of access that were given up",
        ConditionKinds.ParkedItem => "Payments that were set aside",
        ConditionKinds.ManualTask => "Access to be given or taken away by hand",
        ConditionKinds.ProvisioningFailed => "Access that is not given",
        ConditionKinds.SessionRejected => "Session of the outside system",
        ConditionKinds.DisputeDue => "Disputes that wait for evidence",
        ConditionKinds.DeadJobStep => "Steps of jobs that were given up",
        ConditionKinds.EndpointPaused => "Endpoints that were paused",
        ConditionKinds.JobFailures => "Failures of jobs",
        ConditionKinds.BucketUnusable => "The bucket of the videos",
        ConditionKinds.AuditFinding => "Inconsistencies in the ledger",
        // A newer service's.
        _ => kind,
    };
}
