using System.Globalization;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs;

/// <summary>What became of the attempt to hold a job's cost.</summary>
internal enum HoldOutcome
{
    Placed,

    /// <summary>Nothing is held: the balance does not cover it.</summary>
    InsufficientFunds,

    /// <summary>Nothing is held: the wallet does not spend while a freeze stands.</summary>
    WalletFrozen,

    /// <summary>Nothing is held: the wallet finds the request malformed, which is a fault of ours.</summary>
    Malformed,

    /// <summary>The wallet has a hold of this job that was asked for in another way.</summary>
    Conflict,

    /// <summary>Something may be held or not.</summary>
    Unknown,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="BalanceCents">With <see cref="HoldOutcome.Placed"/> and <see cref="HoldOutcome.InsufficientFunds"/>.</param>
/// <param name="RequiredCents">With <see cref="HoldOutcome.InsufficientFunds"/>.</param>
internal readonly record struct HoldAnswer(HoldOutcome Outcome, long BalanceCents = 0, long RequiredCents = 0);

/// <summary>What became of the attempt to end a job's hold.</summary>
internal enum HoldEnd
{
    Done,

    /// <summary>The wallet never held anything for this job.</summary>
    NoHold,

    /// <summary>The hold has ended the other way.</summary>
    Contradiction,
}

/// <summary>A job's money at the wallet, which does each movement once, however often it is asked.</summary>
internal sealed partial class JobHold(WalletService.WalletServiceClient wallet, ILogger<JobHold> logger)
{
    /// <param name="job">Whose cost is held.</param>
    /// <param name="deadline">Nothing reaches the wallet after it.</param>
    public async Task<HoldAnswer> PlaceAsync(Job job, DateTimeOffset deadline)
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
            var hold = await wallet.PlaceHoldAsync(request, deadline: deadline.UtcDateTime);
            return new HoldAnswer(HoldOutcome.Placed, hold.BalanceCents);
        }
        catch (RpcException exception)
        {
            return ToAnswer(job.JobId, exception);
        }
        catch (OperationCanceledException)
        {
            LogNoAnswer(job.JobId, StatusCode.DeadlineExceeded);
            return new HoldAnswer(HoldOutcome.Unknown);
        }
    }

    /// <summary>What the user has to spend.</summary>
    public async Task<long> BalanceAsync(Guid userId, CancellationToken cancellationToken)
    {
        var request = new GetBalanceRequest { UserId = userId.ToString() };
        return (await wallet.GetBalanceAsync(request, cancellationToken: cancellationToken)).BalanceCents;
    }

    /// <summary>Earns the job's cost.</summary>
    /// <exception cref="RpcException">It is not known whether it was done: ask again.</exception>
    public Task<HoldEnd> SettleAsync(Job job, CancellationToken cancellationToken) => EndAsync(
        () => wallet.SettleHoldAsync(
            new SettleHoldRequest
            {
                UserId = job.UserId.ToString(),
                IdempotencyKey = $"settle:{job.JobId}",
                JobId = job.JobId.ToString(),
                AmountCents = job.CostCents,
            },
            cancellationToken: cancellationToken).ResponseAsync,
        WhenSettling);

    /// <summary>Gives the job's cost back.</summary>
    /// <exception cref="RpcException">It is not known whether it was done: ask again.</exception>
    public Task<HoldEnd> ReleaseAsync(Job job, JobStatus outcome, CancellationToken cancellationToken) => EndAsync(
        () => wallet.ReleaseHoldAsync(
            new ReleaseHoldRequest
            {
                UserId = job.UserId.ToString(),
                IdempotencyKey = $"release:{job.JobId}",
                JobId = job.JobId.ToString(),
                Description = $"{job.Type.ToWire()} job {outcome.ToWire().Replace('_', ' ')}",
            },
            cancellationToken: cancellationToken).ResponseAsync,
        WhenReleasing);

    private static async Task<HoldEnd> EndAsync<T>(Func<Task<T>> end, Func<WalletRefusal, HoldEnd?> meaning)
    {
        try
        {
            await end();
            return HoldEnd.Done;
        }
        catch (RpcException exception) when (Meaning(exception) is { } ended)
        {
            return ended;
        }

        HoldEnd? Meaning(RpcException exception) =>
            exception.ErrorCode() is { } code && WalletRefusals.TryParse(code) is { } refusal ? meaning(refusal) : null;
    }

    private HoldAnswer ToAnswer(Guid jobId, RpcException exception)
    {
        var code = exception.ErrorCode();
        if (code is null || WalletRefusals.TryParse(code) is not { } refusal)
        {
            if (code is not null)
            {
                LogUnexpected(jobId, code);
            }
            LogNoAnswer(jobId, exception.StatusCode);
            return new HoldAnswer(HoldOutcome.Unknown);
        }
        var outcome = WhenPlacing(refusal);
        if (outcome is null or HoldOutcome.Conflict or HoldOutcome.Malformed)
        {
            LogUnexpected(jobId, code);
        }
        return new HoldAnswer(outcome ?? HoldOutcome.Unknown, Cents(exception, "balance-cents"), Cents(exception, "required-cents"));
    }

    /// <summary>Null for what the wallet does not say to a new hold.</summary>
    private static HoldOutcome? WhenPlacing(WalletRefusal refusal) => refusal switch
    {
        WalletRefusal.InsufficientFunds => HoldOutcome.InsufficientFunds,
        WalletRefusal.WalletFrozen => HoldOutcome.WalletFrozen,
        WalletRefusal.InvalidArgument => HoldOutcome.Malformed,
        WalletRefusal.HoldExists or WalletRefusal.IdempotencyKeyReused => HoldOutcome.Conflict,
        // "Nothing was done" is said of the last attempt; one before it, whose answer was lost, may have been heard.
        WalletRefusal.Overloaded or WalletRefusal.DatabaseUnavailable or WalletRefusal.InternalError => HoldOutcome.Unknown,
        WalletRefusal.HoldNotFound or WalletRefusal.HoldReleased or WalletRefusal.HoldSettled or WalletRefusal.HoldExpired
            or WalletRefusal.SettleExceedsHold => null,
    };

    /// <summary>Null where asking again may help.</summary>
    private static HoldEnd? WhenSettling(WalletRefusal refusal) => refusal switch
    {
        WalletRefusal.HoldNotFound => HoldEnd.NoHold,
        WalletRefusal.HoldReleased or WalletRefusal.HoldSettled or WalletRefusal.HoldExpired or WalletRefusal.SettleExceedsHold
            or WalletRefusal.IdempotencyKeyReused => HoldEnd.Contradiction,
        WalletRefusal.Overloaded or WalletRefusal.DatabaseUnavailable or WalletRefusal.InternalError => null,
        WalletRefusal.InvalidArgument or WalletRefusal.HoldExists or WalletRefusal.WalletFrozen or WalletRefusal.InsufficientFunds => null,
    };

    /// <summary>Null where asking again may help.</summary>
    private static HoldEnd? WhenReleasing(WalletRefusal refusal) => refusal switch
    {
        WalletRefusal.HoldNotFound => HoldEnd.NoHold,
        // The key is used for this job's release only, and is remembered with its effect: it was released in other words.
        WalletRefusal.IdempotencyKeyReused => HoldEnd.Done,
        WalletRefusal.HoldSettled or WalletRefusal.HoldReleased or WalletRefusal.HoldExpired or WalletRefusal.SettleExceedsHold
            => HoldEnd.Contradiction,
        WalletRefusal.Overloaded or WalletRefusal.DatabaseUnavailable or WalletRefusal.InternalError => null,
        WalletRefusal.InvalidArgument or WalletRefusal.HoldExists or WalletRefusal.WalletFrozen or WalletRefusal.InsufficientFunds => null,
    };

    private static long Cents(RpcException exception, string trailer)
    {
        var text = exception.Trailers.GetValue(trailer);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cents) ? cents : 0;
    }

    [LoggerMessage(LogLevel.Warning, "The wallet gave no answer to the hold of job {JobId} ({Status})")]
    private partial void LogNoAnswer(Guid jobId, StatusCode status);

    [LoggerMessage(LogLevel.Error, "The wallet answers the hold of job {JobId} with {Code}, which it should not")]
    private partial void LogUnexpected(Guid jobId, string code);
}
