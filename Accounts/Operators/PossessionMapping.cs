using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.Storage.V1;
using V1File = ReelBallers.Storage.V1.File;

namespace ReelBallers.Accounts;

/// <summary>Maps payments, jobs and files to operators' responses.</summary>
internal static class PossessionMapping
{
    public static UserPaymentResponse ToResponse(Payment payment) => new(
        OperatorMapping.NullIfEmpty(payment.PaymentIntentId), OperatorMapping.NullIfEmpty(payment.SessionId),
        OperatorMapping.NullIfEmpty(payment.PackId), payment.Automatic, ToText(payment.Status), payment.AmountCents,
        payment.CreditedAt is null ? null : payment.PaidCents, payment.DiscountCents, payment.TaxCents, payment.Credits,
        payment.BonusCredits, payment.RefundedCents, payment.DisputedCents, payment.CreatedAt.ToDateTimeOffset(),
        payment.CreditedAt?.ToDateTimeOffset());

    public static UserJobResponse ToResponse(ListedJob job) => new(
        job.Receipt.JobId, job.Type, job.ProjectId, ToText(job.Receipt.Status), OperatorMapping.NullIfEmpty(job.Error),
        OperatorMapping.NullIfEmpty(job.RetryOf), job.Receipt.QuotedCents, job.Receipt.Settled ? job.Receipt.SettledCents : null,
        job.Receipt.Settled ? job.Receipt.RefundedCents : null, job.Receipt.ProviderMicrodollars, job.Receipt.OrphanMicrodollars,
        [.. job.Receipt.Runs.Select(ToResponse)], job.CreatedAt.ToDateTimeOffset(), job.UpdatedAt.ToDateTimeOffset());

    public static UserFileResponse ToResponse(V1File file)
    {
        var isOutput = file.JobId.Length > 0;
        return new UserFileResponse(
            isOutput ? "output" : "upload", file.Key, ToText(file.Status), OperatorMapping.NullIfEmpty(file.Filename),
            OperatorMapping.NullIfEmpty(file.ContentType), isOutput ? null : file.SizeBytes, OperatorMapping.NullIfEmpty(file.JobId),
            file.CreatedAt.ToDateTimeOffset(), file.CompletedAt?.ToDateTimeOffset(), file.ExpiresAt.ToDateTimeOffset(),
            file.RemovedAt?.ToDateTimeOffset());
    }

    public static string ToText(JobStatus status) => status switch
    {
        JobStatus.Created => "created",
        JobStatus.Queued => "queued",
        JobStatus.Running => "running",
        JobStatus.Completed => "completed",
        JobStatus.Failed => "failed",
        JobStatus.Cancelled => "cancelled",
        JobStatus.TimedOut => "timed_out",
        // A newer Jobs'.
        _ => "unknown",
    };

    private static UserRunResponse ToResponse(RunReceipt run) => new(
        run.Number, run.State, run.EndpointId, OperatorMapping.NullIfEmpty(run.RunpodId), OperatorMapping.NullIfEmpty(run.WorkerId),
        run.SubmittedAt.ToDateTimeOffset(), run.StartedAt?.ToDateTimeOffset(), run.EndedAt?.ToDateTimeOffset(), run.ExecutionMs,
        run.ProviderMicrodollars);

    private static string ToText(CheckoutStatus status) => status switch
    {
        CheckoutStatus.Open => "open",
        CheckoutStatus.Paid => "paid",
        CheckoutStatus.Expired => "expired",
        CheckoutStatus.Failed => "failed",
        CheckoutStatus.Refunded => "refunded",
        CheckoutStatus.Disputed => "disputed",
        // A newer Payments'.
        _ => "unknown",
    };

    private static string ToText(FileStatus status) => status switch
    {
        FileStatus.Open => "open",
        FileStatus.Kept => "kept",
        FileStatus.Removed => "removed",
        // A newer Storage's.
        _ => "unknown",
    };
}
