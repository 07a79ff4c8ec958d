using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs;

/// <summary>How a wish for a job ended.</summary>
internal abstract record AcceptResult
{
    private AcceptResult()
    {
    }

    internal sealed record Accepted(Guid JobId, JobStatus Status, long CostCents, long BalanceCents) : AcceptResult;

    internal sealed record PriceChanged(long CostCents) : AcceptResult;

    internal sealed record SourceNotFound : AcceptResult;

    internal sealed record InsufficientFunds(long BalanceCents, long RequiredCents) : AcceptResult;

    /// <summary>The wallet gave no answer in time. A hold that was placed all the same is given back.</summary>
    internal sealed record Unavailable : AcceptResult;
}

/// <summary>
/// Turns a wish into a queued job: the row first, with the intent that gives it up; then the hold; then, in one
/// transaction, <c>queued</c> and the intent to dispatch. A repeated attempt of the same operation finds the row and
/// goes on; one that nobody repeats is given up with its hold.
/// </summary>
internal sealed partial class JobAcceptance(
    IDbContextFactory<JobsDbContext> contexts, JobChanges changes, Pricing pricing, WalletService.WalletServiceClient wallet,
    StorageService.StorageServiceClient storage, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobAcceptance> logger)
{
    public async Task<AcceptResult> AcceptAsync(Guid userId, Guid operationId, JobOrder order, CancellationToken cancellationToken)
    {
        var cost = pricing.CostCents(order.Type, order.PaidSeconds);
        if (order.ExpectedCostCents is { } expected && expected != cost)
        {
            return new AcceptResult.PriceChanged(cost);
        }
        if (!await HasSourceAsync(userId, order.SourceKey, cancellationToken))
        {
            return new AcceptResult.SourceNotFound();
        }
        var job = await CreateAsync(userId, operationId, order, cost, cancellationToken);
        // What has begun is brought to its end, though the caller may have gone: every step has its own timeout.
        return job.WasCharged
            ? new AcceptResult.Accepted(job.JobId, job.Status, job.CostCents, await BalanceAsync(userId, CancellationToken.None))
            : await PayAsync(job, CancellationToken.None);
    }

    private async Task<bool> HasSourceAsync(Guid userId, string sourceKey, CancellationToken cancellationToken)
    {
        try
        {
            await storage.GetUploadAsync(new GetUploadRequest { UserId = userId.ToString(), Key = sourceKey }, cancellationToken: cancellationToken);
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return false;
        }
    }

    /// <summary>The job of this operation: a new one, or the one that an earlier attempt left behind.</summary>
    private async Task<Job> CreateAsync(Guid userId, Guid operationId, JobOrder order, long cost, CancellationToken cancellationToken)
    {
        for (var round = 0; ; round++)
        {
            var job = NewJob(JobIdOf(operationId, round), userId, order, cost);
            if (await TryInsertAsync(job, cancellationToken))
            {
                return job;
            }
            var known = await changes.FindAsync(job.JobId, cancellationToken);
            if (known is null)
            {
                // Given up and taken away this very moment.
                continue;
            }
            if (known.WasCharged || (!known.IsDecided && time.GetUtcNow() < known.CreatedAt + options.Value.HoldWindow))
            {
                return known;
            }
            // Its id may have been used for a hold that was given back, and the wallet holds once for an id: take another.
            await changes.ApplyAsync(known.JobId, change => change.End(JobStatus.Failed, Abandonment.Reason), cancellationToken);
        }
    }

    private Job NewJob(Guid jobId, Guid userId, JobOrder order, long cost)
    {
        var now = time.GetUtcNow().ToMicroseconds();
        return new Job(now)
        {
            JobId = jobId,
            UserId = userId,
            ProjectId = order.ProjectId,
            Type = order.Type,
            CostCents = cost,
            SourceKey = order.SourceKey,
            PaidSeconds = order.PaidSeconds,
            Work = order.Work,
        };
    }

    private async Task<bool> TryInsertAsync(Job job, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Jobs.Add(job);
        context.Intents.Add(new Intent { JobId = job.JobId, Kind = IntentKind.Abandon, DueAt = job.CreatedAt + options.Value.AbandonAfter });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }

    private async Task<AcceptResult> PayAsync(Job job, CancellationToken cancellationToken)
    {
        var request = new PlaceHoldRequest
        {
            UserId = job.UserId.ToString(),
            IdempotencyKey = $"hold:{job.JobId}",
            JobId = job.JobId.ToString(),
            AmountCents = job.CostCents,
            Description = $"{job.Type.ToWire()} job, {job.PaidSeconds} s",
        };
        try
        {
            // Nothing may reach the wallet after the job was given up.
            var deadline = job.CreatedAt + options.Value.HoldWindow;
            var hold = await wallet.PlaceHoldAsync(request, deadline: deadline.UtcDateTime, cancellationToken: cancellationToken);
            return await QueueAsync(job, hold.BalanceCents, cancellationToken);
        }
        catch (RpcException exception) when (exception.ErrorCode() == "insufficient_funds")
        {
            await changes.ApplyAsync(job.JobId, ForgetUnlessQueued, cancellationToken);
            return new AcceptResult.InsufficientFunds(Cents(exception, "balance-cents"), Cents(exception, "required-cents"));
        }
        catch (RpcException exception) when (exception.ErrorCode() is null or "overloaded")
        {
            LogWalletUnavailable(job.JobId, exception.StatusCode);
            return new AcceptResult.Unavailable();
        }
    }

    private async Task<AcceptResult> QueueAsync(Job job, long balanceCents, CancellationToken cancellationToken)
    {
        var isQueued = false;
        var exists = await changes.ApplyAsync(
            job.JobId,
            change =>
            {
                isQueued = change.Job.Queue(change.Now);
                if (isQueued)
                {
                    change.Remove(IntentKind.Abandon);
                    change.Add(IntentKind.Dispatch);
                }
                else
                {
                    // Cancelled or given up meanwhile: its release may have come before the hold.
                    change.Add(IntentKind.Settle);
                }
            },
            cancellationToken);
        if (isQueued)
        {
            return new AcceptResult.Accepted(job.JobId, JobStatus.Queued, job.CostCents, balanceCents);
        }
        if (!exists)
        {
            var release = new ReleaseHoldRequest
            {
                UserId = job.UserId.ToString(),
                IdempotencyKey = $"release:{job.JobId}",
                JobId = job.JobId.ToString(),
            };
            await wallet.ReleaseHoldAsync(release, cancellationToken: cancellationToken);
        }
        return new AcceptResult.Unavailable();
    }

    private static void ForgetUnlessQueued(JobChange change)
    {
        if (!change.Job.WasCharged && !change.Job.IsDecided)
        {
            change.Forget();
        }
    }

    private async Task<long> BalanceAsync(Guid userId, CancellationToken cancellationToken)
    {
        var balance = await wallet.GetBalanceAsync(new GetBalanceRequest { UserId = userId.ToString() }, cancellationToken: cancellationToken);
        return balance.BalanceCents;
    }

    private static Guid JobIdOf(Guid operationId, int round)
    {
        if (round == 0)
        {
            return operationId;
        }
        Span<byte> seed = stackalloc byte[20];
        operationId.TryWriteBytes(seed, bigEndian: true, out _);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(seed[16..], round);
        return new Guid(SHA256.HashData(seed).AsSpan(0, 16), bigEndian: true);
    }

    private static long Cents(RpcException exception, string trailer) =>
        long.TryParse(exception.Trailers.GetValue(trailer), System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture, out var cents) ? cents : 0;

    [LoggerMessage(LogLevel.Warning, "The wallet gave no answer to the hold of job {JobId} ({Status})")]
    private partial void LogWalletUnavailable(Guid jobId, StatusCode status);
}
