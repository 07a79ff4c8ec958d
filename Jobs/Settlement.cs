using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs;

/// <summary>
/// Moves the money of a job whose outcome is decided, and then shows the outcome. The wallet does each movement once,
/// however often it is asked, so this is repeated until it is done.
/// </summary>
internal sealed partial class Settlement(WalletService.WalletServiceClient wallet, IntentLoopParts parts, ILogger<Settlement> logger)
    : IntentLoop(IntentKind.Settle, concurrency: 32, parts)
{
    private enum Movement
    {
        Done,

        /// <summary>The wallet never held anything for this job.</summary>
        NoHold,

        /// <summary>The hold has ended the other way.</summary>
        Contradiction,
    }

    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (await Changes.FindAsync(lease.JobId, cancellationToken) is not { Outcome: { } outcome } job)
        {
            await Changes.ApplyAsync(lease.JobId, change => change.Remove(IntentKind.Settle), cancellationToken);
            return;
        }
        var movement = outcome == JobStatus.Completed
            ? await MoveAsync(() => SettleAsync(job, cancellationToken))
            : await MoveAsync(() => ReleaseAsync(job, outcome, cancellationToken));
        await Changes.ApplyAsync(lease.JobId, change => Record(change, movement), cancellationToken);
    }

    private void Record(JobChange change, Movement movement)
    {
        if (movement == Movement.Done)
        {
            change.Job.Finish(change.Now);
            change.Remove(IntentKind.Settle);
        }
        else if (movement == Movement.NoHold && !change.Job.WasCharged)
        {
            change.Forget();
        }
        else
        {
            LogContradiction(change.Job.JobId, movement);
            change.Bury(IntentKind.Settle, movement.ToString());
        }
    }

    private static async Task<Movement> MoveAsync(Func<Task> move)
    {
        try
        {
            await move();
            return Movement.Done;
        }
        catch (RpcException exception) when (exception.ErrorCode() == "hold_not_found")
        {
            return Movement.NoHold;
        }
        catch (RpcException exception) when (exception.ErrorCode() is "hold_released" or "hold_settled")
        {
            return Movement.Contradiction;
        }
    }

    private async Task SettleAsync(Job job, CancellationToken cancellationToken)
    {
        var request = new SettleHoldRequest
        {
            UserId = job.UserId.ToString(),
            IdempotencyKey = $"settle:{job.JobId}",
            JobId = job.JobId.ToString(),
            AmountCents = job.CostCents,
        };
        await wallet.SettleHoldAsync(request, cancellationToken: cancellationToken);
    }

    private async Task ReleaseAsync(Job job, JobStatus outcome, CancellationToken cancellationToken)
    {
        var request = new ReleaseHoldRequest
        {
            UserId = job.UserId.ToString(),
            IdempotencyKey = $"release:{job.JobId}",
            JobId = job.JobId.ToString(),
            Description = $"{job.Type.ToWire()} job {outcome.ToWire().Replace('_', ' ')}",
        };
        await wallet.ReleaseHoldAsync(request, cancellationToken: cancellationToken);
    }

    [LoggerMessage(LogLevel.Critical, "The wallet and job {JobId} disagree ({Movement}): its money needs an operator")]
    private partial void LogContradiction(Guid jobId, Movement movement);
}
