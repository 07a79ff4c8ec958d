namespace ReelBallers.Operations.V1;

/// <summary>The kinds of conditions that need an operator; docs/operations.md says what to do about each.</summary>
public static class ConditionKinds
{
    /// <summary>Payments: an event of Stripe's that is not tried any more.</summary>
    public const string DeadPaymentEvent = "dead_payment_event";
    /// <summary>Payments: access to an outside system that is not tried any more.</summary>
    public const string DeadGrant = "dead_grant";
    /// <summary>Payments: something that was set aside.</summary>
    public const string ParkedItem = "parked_item";
    /// <summary>Payments: access that is to be given or taken away by hand.</summary>
    public const string ManualTask = "manual_task";
    /// <summary>Payments: access that was not given or taken away in three attempts or more, and is still tried.</summary>
    public const string ProvisioningFailed = "provisioning_failed";
    /// <summary>Payments: the outside system rejects our session.</summary>
    public const string SessionRejected = "session_rejected";
    /// <summary>Payments: a dispute for which the bank takes evidence.</summary>
    public const string DisputeDue = "dispute_due";
    /// <summary>Jobs: a step of a job that is not tried any more.</summary>
    public const string DeadJobStep = "dead_job_step";
    /// <summary>Jobs: an endpoint that the margin guard has paused.</summary>
    public const string EndpointPaused = "endpoint_paused";
    /// <summary>Jobs: too many jobs fail.</summary>
    public const string JobFailures = "job_failures";
    /// <summary>Storage: the bucket does not exist, or R2 rejects our key.</summary>
    public const string BucketUnusable = "bucket_unusable";
    /// <summary>Wallet: an inconsistency in the ledger.</summary>
    public const string AuditFinding = "audit_finding";
}
