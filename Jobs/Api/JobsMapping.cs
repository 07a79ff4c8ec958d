using Google.Protobuf.WellKnownTypes;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Maps jobs and results to REST and gRPC responses.</summary>
internal static class JobsMapping
{
    public static JobView ToView(this JobSummary job, JobOutlook? outlook = null) => new(
        job.JobId, job.ProjectId, job.Type, job.Status, job.Progress, job.CostCents, job.RefundedCents,
        job.Status.IsFinal() ? job.Error : null,
        job is { Status: JobStatus.Completed, OutputKey: { } key, OutputSizeBytes: { } size } ? new OutputView(key, size) : null,
        outlook?.QueuePosition, outlook?.EstimatedSeconds, job.RetryOf, job.CreatedAt, job.UpdatedAt);

    public static JobListView ToView(this IReadOnlyList<JobSummary> jobs, int limit)
    {
        var page = jobs.Take(limit).ToList();
        return new JobListView(
            [.. page.Select(job => job.ToView())],
            jobs.Count > limit ? new JobCursor(page[^1].CreatedAt, page[^1].JobId).ToString() : null);
    }

    public static PricingView ToView(this Pricing pricing) => new(
        pricing.Table.BaseCents, pricing.Table.UnitSeconds, pricing.Table.MinimumCents, pricing.Table.MaxDurationSeconds,
        pricing.Table.ResolutionPercent, pricing.Table.SourceResolutionPercent, pricing.Table.FrameRatePercent,
        [.. pricing.Models.Select(model => new ModelView(model.Key, model.Value.Factor, model.Value.BaseCents, model.Value.SoldWith))]);

    public static GetJobResponse ToResponse(this JobSummary job) => new()
    {
        JobId = job.JobId.ToString(),
        Type = job.Type.ToWire(),
        Status = job.Status.ToProto(),
        CostCents = job.CostCents,
        RefundedCents = job.RefundedCents,
        CreatedAt = Timestamp.FromDateTimeOffset(job.CreatedAt),
        UpdatedAt = Timestamp.FromDateTimeOffset(job.UpdatedAt),
    };

    public static IResult ToResult(this AcceptResult result) => result switch
    {
        AcceptResult.Accepted accepted => Results.Accepted(
            $"/api/jobs/{accepted.JobId}",
            new AcceptedView(accepted.JobId, accepted.Status, accepted.CostCents, accepted.BalanceCents, accepted.RetryOf)),
        AcceptResult.PriceChanged changed => Problems.Of(
            StatusCodes.Status409Conflict, "price_changed", "Price changed",
            FormattableString.Invariant($"The video lasts {changed.DurationSeconds} s and the job costs {changed.CostCents} credits. ")
                + "Repeat the request with that duration_s and cost_cents, or without them.",
            ("cost_cents", changed.CostCents), ("duration_s", changed.DurationSeconds)),
        AcceptResult.Invalid invalid => Problems.Validation(invalid.Errors),
        AcceptResult.SourceNotFound => Problems.NotFound("source_not_found", "Source not found"),
        AcceptResult.InsufficientFunds funds => Problems.InsufficientFunds(funds.BalanceCents, funds.RequiredCents),
        AcceptResult.WalletFrozen => Problems.Of(
            StatusCodes.Status403Forbidden, "wallet_frozen", "The wallet is frozen while a payment is in dispute",
            "Nothing was charged. Jobs can be started again once the dispute is closed."),
        AcceptResult.WalletJoined => Problems.Of(
            StatusCodes.Status403Forbidden, "wallet_joined", "The credits of this session were moved to the account",
            "Nothing was charged. Sign in again: the account has the credits."),
        AcceptResult.TooManyOpenJobs open => Problems.Of(
            StatusCodes.Status429TooManyRequests, "too_many_open_jobs", "Too many open jobs",
            $"At most {open.Limit} jobs of a user can be open at the same time. Nothing was charged. Wait until one has ended.",
            ("max_open_jobs", open.Limit)),
        AcceptResult.HoldConflict => Problems.Of(
            StatusCodes.Status409Conflict, "idempotency_key_reused", "Idempotency key reused",
            "The wallet has a different hold for this key. Nothing was charged. Repeat the request with a new Idempotency-Key."),
        AcceptResult.InternalError => Problems.Of(
            StatusCodes.Status500InternalServerError, "internal_error", "Internal error", "Nothing was charged. The error was logged."),
        AcceptResult.StorageUnavailable => Problems.Unavailable("storage_unavailable", "Storage unavailable"),
        AcceptResult.Unavailable => Problems.Unavailable("wallet_unavailable", "Wallet unavailable"),
        _ => throw new InvalidOperationException($"No response for {result.GetType().Name}."),
    };

    public static V1.JobStatus ToProto(this JobStatus status) => status switch
    {
        JobStatus.Created => V1.JobStatus.Created,
        JobStatus.Queued => V1.JobStatus.Queued,
        JobStatus.Running => V1.JobStatus.Running,
        JobStatus.Completed => V1.JobStatus.Completed,
        JobStatus.Failed => V1.JobStatus.Failed,
        JobStatus.Cancelled => V1.JobStatus.Cancelled,
        JobStatus.TimedOut => V1.JobStatus.TimedOut,
    };
}
