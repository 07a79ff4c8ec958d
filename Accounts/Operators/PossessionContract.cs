namespace ReelBallers.Accounts;

/// <summary>Response of <c>GET /api/admin/users/{uid}/payments</c>.</summary>
internal sealed record UserPaymentsResponse(IReadOnlyList<UserPaymentResponse> Payments, string? NextCursor);

/// <summary>
/// A purchase. <c>payment_id</c> is Stripe's payment intent, null until it is paid; <c>paid_cents</c> is null until it is credited.
/// </summary>
internal sealed record UserPaymentResponse(
    string? PaymentId, string? SessionId, string? Pack, bool Automatic, string Status, long AmountCents, long? PaidCents,
    long DiscountCents, long TaxCents, long Credits, long BonusCredits, long RefundedCents, long DisputedCents,
    DateTimeOffset CreatedAt, DateTimeOffset? CreditedAt);

/// <summary>Response of <c>GET /api/admin/users/{uid}/jobs</c>.</summary>
internal sealed record UserJobsResponse(IReadOnlyList<UserJobResponse> Jobs, string? NextCursor);

/// <summary>
/// A job with its receipt. What was settled and refunded is null until the wallet has ended the hold; the provider's cost is in
/// millionths of a dollar, as far as it is known, and that of orphans is the part for runs whose result was not used.
/// </summary>
internal sealed record UserJobResponse(
    string JobId, string Type, string ProjectId, string Status, string? Error, string? RetryOf, long QuotedCents, long? SettledCents,
    long? RefundedCents, long ProviderMicrodollars, long OrphanMicrodollars, IReadOnlyList<UserRunResponse> Runs,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A submission to RunPod; the ids are null while they are unknown.</summary>
internal sealed record UserRunResponse(
    int Number, string State, string EndpointId, string? RunpodId, string? WorkerId, DateTimeOffset SubmittedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, long ExecutionMs, long ProviderMicrodollars);

/// <summary>Response of <c>GET /api/admin/users/{uid}/files</c>.</summary>
internal sealed record UserFilesResponse(IReadOnlyList<UserFileResponse> Files, string? NextCursor);

/// <summary>
/// An <c>upload</c>, or the <c>output</c> of a job, whose key is the folder of its runs. <c>status</c> is <c>open</c>, <c>kept</c> or
/// <c>removed</c>.
/// </summary>
internal sealed record UserFileResponse(
    string Kind, string Key, string Status, string? Filename, string? ContentType, long? SizeBytes, string? JobId,
    DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RemovedAt);

/// <summary>Body of <c>POST /api/admin/jobs/{job_id}/retry</c>.</summary>
/// <param name="Reason">Why.</param>
/// <param name="CostCents">What it may cost; null: whatever it costs now.</param>
internal sealed record JobRetryBody(string? Reason = null, long? CostCents = null) : ActBody(Reason);

/// <summary>Response of <c>POST /api/admin/jobs/{job_id}/cancel</c>: the job as its user sees it.</summary>
internal sealed record JobCancelledResponse(Guid ActId, string JobId, string Status);

/// <summary>Response of <c>POST /api/admin/jobs/{job_id}/retry</c>: the new job, and the balance after its hold.</summary>
internal sealed record JobRetriedResponse(Guid ActId, string JobId, long CostCents, long BalanceCents);
