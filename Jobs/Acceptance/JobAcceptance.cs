using Grpc.Core;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// Turns a request into a queued job: first the row, with the intent to abandon it; then the hold; then, in one
/// transaction, <c>queued</c> and the intent to dispatch. No user sees the job before that. A repeated attempt of the same
/// operation finds the row and continues; without a repeat, the job is abandoned and its hold released.
/// </summary>
internal sealed partial class JobAcceptance(
    JobStore store, Pricing pricing, JobSources sources, JobHold hold, JobFiles files,
    IOptions<JobsOptions> options, TimeProvider time, ILogger<JobAcceptance> logger)
{
    public async Task<AcceptResult> AcceptAsync(
        Guid userId, Guid operationId, JobSpecification specification, CancellationToken cancellationToken)
    {
        var (source, rejection) = await sources.KeepAsync(userId, operationId, specification.SourceKey, cancellationToken);
        if (source is null)
        {
            return rejection!;
        }
        if (Check(specification, source) is { } mismatch)
        {
            await ReleaseUnlessLiveAsync(userId, operationId, cancellationToken);
            return mismatch;
        }
        if (await CreateAsync(userId, operationId, specification, source, cancellationToken) is not { } job)
        {
            await files.ReleaseAsync(userId, operationId, CancellationToken.None);
            return new AcceptResult.TooManyOpenJobs(options.Value.MaxOpenJobsPerUser);
        }
        // From here on a disconnected caller does not cancel the work: every step has its own timeout.
        var result = job.IsHeld ? await RepeatAsync(job, CancellationToken.None) : await PayAsync(job, CancellationToken.None);
        if (result is AcceptResult.InsufficientFunds or AcceptResult.WalletFrozen or AcceptResult.WalletJoined)
        {
            await files.ReleaseAsync(userId, operationId, CancellationToken.None);
        }
        return result;
    }

    /// <summary>Null when the source fits and costs what the caller expects.</summary>
    private AcceptResult? Check(JobSpecification specification, SourceVideo source)
    {
        if (SourceCheck.Errors(specification, source, pricing, options.Value) is { Length: > 0 } errors)
        {
            return new AcceptResult.Invalid(errors);
        }
        var cost = pricing.CostCents(specification, source);
        var isStatedRight = specification.StatedSeconds is not { } stated
            || pricing.StartedSeconds(stated) == pricing.StartedSeconds(source.DurationSeconds);
        return isStatedRight && (specification.ExpectedCostCents ?? cost) == cost
            ? null
            : new AcceptResult.PriceChanged(cost, source.DurationSeconds);
    }

    /// <summary>An earlier attempt of the operation may have started a job that needs the source.</summary>
    private async Task ReleaseUnlessLiveAsync(Guid userId, Guid operationId, CancellationToken cancellationToken)
    {
        if (await store.FindByOperationAsync(operationId, cancellationToken) is null)
        {
            await files.ReleaseAsync(userId, operationId, cancellationToken);
        }
    }

    /// <summary>
    /// The job of this operation: a new one, or the one that an earlier attempt created; null when the user has too many open jobs.
    /// </summary>
    private async Task<Job?> CreateAsync(
        Guid userId, Guid operationId, JobSpecification specification, SourceVideo source, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.FindByOperationAsync(operationId, cancellationToken) is { } known)
            {
                if (known.IsHeld || time.GetUtcNow() < known.CreatedAt + options.Value.HoldWindow)
                {
                    return known;
                }
                // Its hold may be on its way: another job takes its place.
                await store.UpdateAsync(known.JobId, locked => locked.Abandon(), cancellationToken);
                continue;
            }
            var job = NewJob(userId, operationId, specification, source);
            switch (await store.TryInsertAsync(job, cancellationToken))
            {
                case JobInsertion.Inserted:
                    return job;
                case JobInsertion.TooManyOpenJobs:
                    return null;
                case JobInsertion.OperationHasJob:
                    break;
            }
        }
    }

    // The wallet places one hold per job id, ever: each job has a new id, so that it never finds the hold of a forgotten one.
    private Job NewJob(Guid userId, Guid operationId, JobSpecification specification, SourceVideo source)
    {
        var now = time.GetUtcNow().TruncateToMicroseconds();
        var seconds = pricing.StartedSeconds(source.DurationSeconds)!.Value;
        return new Job(now)
        {
            JobId = Guid.CreateVersion7(),
            OperationId = operationId,
            RetryOf = specification.RetryOf,
            UserId = userId,
            ProjectId = specification.ProjectId,
            Type = specification.Type,
            CostCents = pricing.CostCents(specification, source),
            HoldExpiresAt = now + options.Value.HoldLifetime(seconds),
            SourceKey = specification.SourceKey,
            PaidSeconds = seconds,
            Work = specification.Work with { Source = source },
            TraceParent = TraceParents.Current,
        };
    }

    private async Task<AcceptResult> PayAsync(Job job, CancellationToken cancellationToken)
    {
        // Nothing may reach the wallet once the job can be abandoned.
        var answer = await hold.PlaceAsync(job, job.CreatedAt + options.Value.HoldWindow);
        switch (answer.Outcome)
        {
            case HoldOutcome.Placed:
                return await QueueAsync(job, answer, cancellationToken);
            case HoldOutcome.Unknown:
                return new AcceptResult.Unavailable();
            case HoldOutcome.Conflict when !await TryReleaseHoldAsync(job, cancellationToken):
                return new AcceptResult.Unavailable();
        }
        await store.UpdateAsync(job.JobId, locked => locked.Apply(JobEvent.HoldRejected, JobFacts.None), cancellationToken);
        return ToResult(answer);
    }

    private static AcceptResult ToResult(HoldAnswer answer) => answer.Outcome switch
    {
        HoldOutcome.InsufficientFunds => new AcceptResult.InsufficientFunds(answer.BalanceCents, answer.RequiredCents),
        HoldOutcome.WalletFrozen => new AcceptResult.WalletFrozen(),
        HoldOutcome.WalletJoined => new AcceptResult.WalletJoined(),
        HoldOutcome.Malformed => new AcceptResult.InternalError(),
        HoldOutcome.Conflict => new AcceptResult.HoldConflict(),
        HoldOutcome.Placed or HoldOutcome.Unknown =>
            throw new ArgumentOutOfRangeException(nameof(answer), answer.Outcome, "Not a rejection."),
    };

    /// <summary>False when the hold could not be released; the abandon step or its expiry releases it later.</summary>
    private async Task<bool> TryReleaseHoldAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await hold.ReleaseAsync(job, JobStatus.Failed, cancellationToken);
            return answer.End is HoldEnd.Done or HoldEnd.NoHold;
        }
        catch (Exception exception) when (exception is RpcException || Outages.IsOutage(exception, cancellationToken))
        {
            LogHoldNotReleased(job.JobId, exception.Message);
            return false;
        }
    }

    private async Task<AcceptResult> QueueAsync(Job job, HoldAnswer answer, CancellationToken cancellationToken)
    {
        var isQueued = false;
        var exists = await store.UpdateAsync(
            job.JobId,
            // Another attempt of the same operation may have been faster.
            locked => isQueued = locked.Job.IsHeld || locked.Queue(answer.TransferId),
            cancellationToken);
        if (isQueued)
        {
            return new AcceptResult.Accepted(job.JobId, JobStatus.Queued, job.CostCents, answer.BalanceCents, job.RetryOf);
        }
        if (!exists)
        {
            await TryReleaseHoldAsync(job, cancellationToken);
        }
        return new AcceptResult.Unavailable();
    }

    /// <summary>The answer for a job whose hold an earlier attempt has placed.</summary>
    private async Task<AcceptResult> RepeatAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            var balanceCents = await hold.BalanceAsync(job.UserId, cancellationToken);
            return new AcceptResult.Accepted(job.JobId, job.Status, job.CostCents, balanceCents, job.RetryOf);
        }
        catch (Exception exception) when (Outages.IsOutage(exception, cancellationToken))
        {
            return new AcceptResult.Unavailable();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The hold of job {JobId} could not be released yet ({Reason})")]
    private partial void LogHoldNotReleased(Guid jobId, string reason);
}
