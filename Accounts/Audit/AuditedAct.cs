namespace ReelBallers.Accounts;

/// <summary>An act to be recorded.</summary>
/// <param name="Action">What is done: see <see cref="AuditActions"/>.</param>
/// <param name="ActorId">Who does it; null for the system itself.</param>
/// <param name="SubjectId">The user whom it concerns; null for none.</param>
/// <param name="Reason">Why.</param>
internal sealed record AuditedAct(string Action, Guid? ActorId, Guid? SubjectId, string Reason)
{
    /// <summary>The same in all entries of the act.</summary>
    public Guid ActId { get; init; } = Guid.CreateVersion7();

    /// <summary>What it concerns besides the user.</summary>
    public string? Target { get; init; }

    /// <summary>From where.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The state before.</summary>
    public object? Before { get; init; }

    /// <summary>The state after, or what is asked for.</summary>
    public object? After { get; init; }
}

/// <summary>The names of acts.</summary>
internal static class AuditActions
{
    /// <summary>A sign-in; by OpenID Connect the target is the issuer's name in our settings, by a passkey its id.</summary>
    public const string SignedIn = "signed_in";

    /// <summary>A user has deleted the account.</summary>
    public const string AccountDeleted = "account_deleted";

    /// <summary>A user wants another address; the target is the change's id.</summary>
    public const string AddressChangeRequested = "address_change_requested";

    /// <summary>A user has another address, which both addresses have confirmed; the target is the change's id.</summary>
    public const string AddressChanged = "address_changed";

    /// <summary>A user has added a passkey; the target is its id.</summary>
    public const string PasskeyAdded = "passkey_added";

    /// <summary>A user has removed a passkey; the target is its id.</summary>
    public const string PasskeyRemoved = "passkey_removed";

    /// <summary>A sign-in was rejected because the counter of its passkey has not gone up; the target is the passkey's id.</summary>
    public const string PasskeyRejected = "passkey_rejected";

    /// <summary>A user has exported the data.</summary>
    public const string DataExported = "data_exported";

    /// <summary>A role was given or taken.</summary>
    public const string RoleChanged = "role_changed";

    /// <summary>A bonus or an adjustment was credited.</summary>
    public const string CreditsGiven = "credits_given";

    /// <summary>An adjustment has taken credits.</summary>
    public const string CreditsTaken = "credits_taken";

    /// <summary>A second admin has approved an act; the target is the act's id.</summary>
    public const string ApprovalGiven = "approval_given";

    /// <summary>An admin has rejected or withdrawn an act that needs two people.</summary>
    public const string ApprovalRejected = "approval_rejected";

    /// <summary>A wallet was frozen.</summary>
    public const string WalletFrozen = "wallet_frozen";

    /// <summary>A freeze was lifted.</summary>
    public const string WalletThawed = "wallet_thawed";

    /// <summary>A payment was refunded.</summary>
    public const string PaymentRefunded = "payment_refunded";

    /// <summary>An anonymous user was joined into an account, whose user is the target.</summary>
    public const string UserJoined = "user_joined";

    /// <summary>An endpoint of RunPod was paused.</summary>
    public const string EndpointPaused = "endpoint_paused";

    /// <summary>The pause of an endpoint was ended.</summary>
    public const string EndpointResumed = "endpoint_resumed";

    /// <summary>A job was cancelled.</summary>
    public const string JobCancelled = "job_cancelled";

    /// <summary>A job that did not complete was started again.</summary>
    public const string JobRetried = "job_retried";

    /// <summary>An operator has given or taken away access by hand.</summary>
    public const string GrantCompleted = "grant_completed";

    /// <summary>What was not tried any more is tried again.</summary>
    public const string DeadLetterReplayed = "dead_letter_replayed";

    /// <summary>What was set aside is off the list, dealt with elsewhere.</summary>
    public const string DeadLetterDismissed = "dead_letter_dismissed";

    /// <summary>Evidence for a dispute was submitted to the bank; the target is Stripe's id of the dispute.</summary>
    public const string EvidenceSubmitted = "evidence_submitted";

    /// <summary>A user who had lost a dispute for fraud can start top-ups again.</summary>
    public const string TopupBlockLifted = "topup_block_lifted";

    /// <summary>An endpoint of another system was made.</summary>
    public const string WebhookCreated = "webhook_created";

    /// <summary>An endpoint of another system was changed, enabled or disabled.</summary>
    public const string WebhookChanged = "webhook_changed";

    /// <summary>An endpoint of another system has another secret.</summary>
    public const string WebhookSecretRotated = "webhook_secret_rotated";

    /// <summary>An endpoint of another system was deleted.</summary>
    public const string WebhookDeleted = "webhook_deleted";

    /// <summary>An event was sent again to an endpoint of another system.</summary>
    public const string WebhookResent = "webhook_resent";

    /// <summary>Mails are sent again to an address that was suppressed; the target is the address, masked.</summary>
    public const string SuppressionLifted = "suppression_lifted";

    /// <summary>A ticket was answered.</summary>
    public const string TicketAnswered = "ticket_answered";

    /// <summary>A ticket was closed.</summary>
    public const string TicketClosed = "ticket_closed";
}
