using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs;

/// <summary>A job's hold at the wallet. Every call is idempotent: repeating it moves no further money.</summary>
internal sealed partial class JobHold(WalletService.WalletServiceClient wallet, ILogger<JobHold> logger)
{
    /// <param name="job">The job to hold the cost of.</param>
    /// <param name="deadline">The call is cancelled at this time.</param>
    public async Task<HoldAnswer> PlaceAsync(Job job, DateTimeOffset deadline)
    {
        var request = new PlaceHoldRequest
        {
            UserId = job.UserId.ToString(),
            IdempotencyKey = $"hold:{job.JobId}",
            JobId = job.JobId.ToString(),
            AmountCents = job.CostCents,
            Description = $"{job.Type.ToWire()} job, {job.PaidSeconds} s",
            ExpiresAt = Timestamp.FromDateTimeOffset(job.HoldExpiresAt),
        };
        try
        {
            var hold = await wallet.PlaceHoldAsync(request, deadline: deadline.UtcDateTime);
            return new HoldAnswer(HoldOutcome.Placed, hold.BalanceCents, TransferId: Given(hold.HoldTransferId));
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

    /// <summary>The user's available balance.</summary>
    public async Task<long> BalanceAsync(Guid userId, CancellationToken cancellationToken)
    {
        var request = new GetBalanceRequest { UserId = userId.ToString() };
        return (await wallet.GetBalanceAsync(request, cancellationToken: cancellationToken)).BalanceCents;
    }

    /// <summary>Settles the hold: what the job is to be charged becomes revenue, and the user gets the rest back.</summary>
    /// <exception cref="RpcException">The result is unknown: call again.</exception>
    public Task<HoldEndAnswer> SettleAsync(Job job, CancellationToken cancellationToken) => EndAsync(
        async () =>
        {
            var request = new SettleHoldRequest
            {
                UserId = job.UserId.ToString(),
                IdempotencyKey = $"settle:{job.JobId}",
                JobId = job.JobId.ToString(),
                AmountCents = job.DueCents ?? job.CostCents,
            };
            var settled = await wallet.SettleHoldAsync(request, cancellationToken: cancellationToken);
            return new HoldEndAnswer(
                HoldEnd.Done, SettledCents: settled.SettledCents, SettlementTransferId: Given(settled.SettlementTransferId),
                RefundTransferId: Given(settled.RefundTransferId));
        },
        WhenSettling);

    /// <summary>Releases the hold: the user gets the job's cost back.</summary>
    /// <exception cref="RpcException">The result is unknown: call again.</exception>
    public Task<HoldEndAnswer> ReleaseAsync(Job job, JobStatus outcome, CancellationToken cancellationToken) => EndAsync(
        async () =>
        {
            var request = new ReleaseHoldRequest
            {
                UserId = job.UserId.ToString(),
                IdempotencyKey = $"release:{job.JobId}",
                JobId = job.JobId.ToString(),
                Description = $"{job.Type.ToWire()} job {outcome.ToWire().Replace('_', ' ')}",
            };
            var released = await wallet.ReleaseHoldAsync(request, cancellationToken: cancellationToken);
            return new HoldEndAnswer(HoldEnd.Done, RefundTransferId: Given(released.RefundTransferId));
        },
        WhenReleasing);

    private static string? Given(string id) => id.Length > 0 ? id : null;

    private static async Task<HoldEndAnswer> EndAsync(Func<Task<HoldEndAnswer>> end, Func<WalletRejection, HoldEnd?> meaning)
    {
        try
        {
            return await end();
        }
        catch (RpcException exception) when (Meaning(exception) is { } ended)
        {
            return new HoldEndAnswer(ended, exception.ErrorCode());
        }

        HoldEnd? Meaning(RpcException exception) =>
            exception.ErrorCode() is { } code && WalletRejections.TryParse(code) is { } rejection ? meaning(rejection) : null;
    }

    private HoldAnswer ToAnswer(Guid jobId, RpcException exception)
    {
        var code = exception.ErrorCode();
        if (code is null || WalletRejections.TryParse(code) is not { } rejection)
        {
            if (code is not null)
            {
                LogUnexpected(jobId, code);
            }
            LogNoAnswer(jobId, exception.StatusCode);
            return new HoldAnswer(HoldOutcome.Unknown);
        }
        var outcome = WhenPlacing(rejection);
        if (outcome is null or HoldOutcome.Conflict or HoldOutcome.Malformed)
        {
            LogUnexpected(jobId, code);
        }
        return new HoldAnswer(outcome ?? HoldOutcome.Unknown, Cents(exception, "balance-cents"), Cents(exception, "required-cents"));
    }

    /// <summary>Null for codes that the wallet does not use for a new hold.</summary>
    private static HoldOutcome? WhenPlacing(WalletRejection rejection) => rejection switch
    {
        WalletRejection.InsufficientFunds => HoldOutcome.InsufficientFunds,
        WalletRejection.WalletFrozen => HoldOutcome.WalletFrozen,
        WalletRejection.WalletJoined => HoldOutcome.WalletJoined,
        WalletRejection.InvalidArgument => HoldOutcome.Malformed,
        WalletRejection.HoldExists or WalletRejection.IdempotencyKeyReused => HoldOutcome.Conflict,
        // The code speaks of the last attempt only; an earlier one whose answer was lost may have been carried out.
        WalletRejection.Overloaded or WalletRejection.DatabaseUnavailable or WalletRejection.InternalError => HoldOutcome.Unknown,
        WalletRejection.HoldNotFound or WalletRejection.HoldReleased or WalletRejection.HoldSettled or WalletRejection.HoldExpired
            or WalletRejection.SettleExceedsHold => null,
    };

    /// <summary>Null where calling again may help.</summary>
    private static HoldEnd? WhenSettling(WalletRejection rejection) => rejection switch
    {
        WalletRejection.HoldNotFound => HoldEnd.NoHold,
        WalletRejection.HoldReleased or WalletRejection.HoldSettled or WalletRejection.HoldExpired or WalletRejection.SettleExceedsHold
            or WalletRejection.IdempotencyKeyReused => HoldEnd.Contradiction,
        WalletRejection.Overloaded or WalletRejection.DatabaseUnavailable or WalletRejection.InternalError => null,
        // Not used for this call.
        WalletRejection.InvalidArgument or WalletRejection.HoldExists or WalletRejection.WalletFrozen
            or WalletRejection.WalletJoined or WalletRejection.InsufficientFunds => HoldEnd.Contradiction,
    };

    /// <summary>Null where calling again may help.</summary>
    private static HoldEnd? WhenReleasing(WalletRejection rejection) => rejection switch
    {
        WalletRejection.HoldNotFound => HoldEnd.NoHold,
        // The key is used only for this job's release and is stored with its effect: the hold is already released.
        WalletRejection.IdempotencyKeyReused => HoldEnd.Done,
        WalletRejection.HoldSettled or WalletRejection.HoldReleased or WalletRejection.HoldExpired or WalletRejection.SettleExceedsHold
            => HoldEnd.Contradiction,
        WalletRejection.Overloaded or WalletRejection.DatabaseUnavailable or WalletRejection.InternalError => null,
        // Not used for this call.
        WalletRejection.InvalidArgument or WalletRejection.HoldExists or WalletRejection.WalletFrozen
            or WalletRejection.WalletJoined or WalletRejection.InsufficientFunds => HoldEnd.Contradiction,
    };

    private static long Cents(RpcException exception, string trailer)
    {
        var text = exception.Trailers.GetValue(trailer);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cents) ? cents : 0;
    }

    [LoggerMessage(LogLevel.Warning, "The wallet did not answer the hold of job {JobId} ({Status})")]
    private partial void LogNoAnswer(Guid jobId, StatusCode status);

    [LoggerMessage(LogLevel.Error, "The wallet answered the hold of job {JobId} with the unexpected code {Code}")]
    private partial void LogUnexpected(Guid jobId, string code);
}
