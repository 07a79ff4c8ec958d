using Grpc.Core;
using ReelBallers.Jobs.V1;

namespace ReelBallers.Accounts;

/// <summary>Mails and webhooks about jobs that have ended; not about one that was cancelled.</summary>
internal sealed class JobFeed(
    JobsService.JobsServiceClient jobs, IServiceScopeFactory scopes, AccountsMeter meter, TimeProvider time, ILogger<JobFeed> logger)
    : EventFeed<EndedJob>("jobs", scopes, meter, time, logger)
{
    protected override AsyncServerStreamingCall<EndedJob> Watch(long after, CancellationToken cancellationToken) =>
        jobs.WatchEndedJobs(new WatchEndedJobsRequest { AfterSequence = after }, cancellationToken: cancellationToken);

    protected override long SequenceOf(EndedJob happened) => happened.Sequence;

    protected override string UserIdOf(EndedJob happened) => happened.UserId;

    protected override MailNotice? NoticeOf(EndedJob happened) => happened.Status switch
    {
        JobStatus.Completed => Notice(MailKind.JobFinished, happened),
        JobStatus.Failed or JobStatus.TimedOut => Notice(MailKind.JobFailed, happened),
        JobStatus.Cancelled => null,
        _ => Unknown(happened.Status.ToString()),
    };

    protected override WebhookNews? NewsOf(EndedJob happened) => happened.Status switch
    {
        JobStatus.Completed => News(WebhookTypes.JobCompleted, "completed", happened),
        JobStatus.Failed => News(WebhookTypes.JobFailed, "failed", happened),
        JobStatus.TimedOut => News(WebhookTypes.JobFailed, "timed_out", happened),
        _ => null,
    };

    // The job as well: numbers are given again when Jobs' database is restored.
    private WebhookNews News(string type, string status, EndedJob job) => new(
        WebhookEvent.IdOf($"{Name} {job.Sequence} {job.JobId}"), type, job.EndedAt.ToDateTimeOffset(),
        new JobEndedData(
            Guid.ParseExact(job.UserId, "D"), Guid.ParseExact(job.JobId, "D"), job.Type, status, job.CostCents,
            job.CostCents - job.RefundedCents, job.RefundedCents));

    private static MailNotice Notice(MailKind kind, EndedJob job)
    {
        var at = job.EndedAt.ToDateTimeOffset();
        var details = new JobDetails(
            Guid.ParseExact(job.JobId, "D"), job.Type, job.CostCents, job.RefundedCents, job.Error, at);
        return new MailNotice(kind, Guid.ParseExact(job.UserId, "D"), at, details);
    }
}
