using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What became of a decision.</summary>
internal enum Decided
{
    /// <summary>It is taken, now or by an attempt before.</summary>
    Now,

    /// <summary>There is no such approval.</summary>
    NotFound,

    /// <summary>The actor is not an admin.</summary>
    NotAllowed,

    /// <summary>The actor has asked for the act.</summary>
    Own,

    /// <summary>Somebody has decided before.</summary>
    Before,

    /// <summary>It has expired.</summary>
    TooLate,

    /// <summary>Who has asked for the act is not an admin any more.</summary>
    RequesterLeft,
}

/// <summary>
/// Acts that move money: small ones are carried out at once, others when a second admin approves them. What is approved is carried out
/// once, by the request that approves it or by <see cref="ApprovalWorker"/>.
/// </summary>
internal sealed class Approvals(
    AccountsDbContext database, OperatorActs acts, AuditLog audit, MoneyActs money, IOptions<OperatorOptions> options, TimeProvider time)
{
    /// <summary>How long a second admin has.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>After which another replica may carry out what is approved. Longer than an attempt.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Carries out an act of an admin, or records that it waits for a second one.</summary>
    /// <param name="act">As it is recorded.</param>
    /// <param name="request">What it does.</param>
    /// <param name="cents">How much money it moves.</param>
    /// <param name="cancellationToken">Ends the wait; the act may have been carried out.</param>
    public async Task<IResult> RunAsync(AuditedAct act, MoneyAct request, long cents, CancellationToken cancellationToken)
    {
        if (cents > options.Value.TwoPersonLimitCents)
        {
            return await AskAsync(act, request, cents, cancellationToken);
        }
        return await acts.RunAsync(act, Role.Admin, async cancelled =>
        {
            var effect = await money.CarryOutAsync(act.ActId, act.ActorId!.Value, act.Reason, request, cancelled);
            return new ActResult(effect.ToResponse(act.ActId), effect);
        }, cancellationToken);
    }

    /// <summary>Approves one: from then on it is carried out.</summary>
    public Task<(Decided Decided, Approval? Approval)> ApproveAsync(
        AuditedAct decision, Guid approvalId, CancellationToken cancellationToken) =>
        DecideAsync(decision, approvalId, async (approval, now) =>
        {
            if (approval.ActorId == decision.ActorId)
            {
                return Decided.Own;
            }
            if (await acts.LockRoleAsync(approval.ActorId, cancellationToken) < Role.Admin)
            {
                return Decided.RequesterLeft;
            }
            (approval.State, approval.DueAt, approval.LeasedUntil) = (ApprovalState.Approved, now, now + Lease);
            return Decided.Now;
        }, cancellationToken);

    /// <summary>Rejects one, also one's own. The act ends as rejected.</summary>
    public Task<(Decided Decided, Approval? Approval)> RejectAsync(
        AuditedAct decision, Guid approvalId, CancellationToken cancellationToken) =>
        DecideAsync(decision, approvalId, (approval, now) =>
        {
            (approval.State, approval.EndedAt) = (ApprovalState.Rejected, now);
            return Task.FromResult(Decided.Now);
        }, cancellationToken);

    /// <summary>Carries out what is approved and records what became of it, unless that is done.</summary>
    /// <exception cref="RpcException">A service does not answer: it is tried again.</exception>
    public async Task<Approval> CarryOutAsync(Approval approval, CancellationToken cancellationToken)
    {
        if (approval.State != ApprovalState.Approved)
        {
            return approval;
        }
        var (actId, request) = (approval.ApprovalId, MoneyAct.Read(approval.Request));
        try
        {
            var effect = await money.CarryOutAsync(actId, approval.ActorId, approval.Reason, request, cancellationToken);
            return await EndAsync(actId, ApprovalState.Approved, ApprovalState.Done, effect, errorCode: null);
        }
        catch (RpcException rejected) when (ServiceRejections.IsRejection(rejected))
        {
            var code = rejected.ErrorCode();
            return await EndAsync(actId, ApprovalState.Approved, ApprovalState.Failed, new { error_code = code }, code);
        }
    }

    /// <summary>Ends one that nobody has decided on in time.</summary>
    public Task ExpireAsync(Approval approval) => EndAsync(
        approval.ApprovalId, ApprovalState.Pending, ApprovalState.Expired, new { error_code = "approval_expired" }, errorCode: null);

    /// <summary>Leases those that are to be carried out or have expired, each as an attempt.</summary>
    public Task<IReadOnlyList<Approval>> LeaseAsync(int limit, CancellationToken cancellationToken) =>
        database.Approvals.LeaseAsync("state in (0, 1)", time.GetUtcNow(), Lease, limit, cancellationToken);

    /// <summary>The attempt has not carried it out; the next one is made after this delay.</summary>
    public Task RetryAsync(Approval approval, TimeSpan delay, CancellationToken cancellationToken) => database.Approvals
        .Where(row => row.ApprovalId == approval.ApprovalId && row.State == ApprovalState.Approved && row.Attempts == approval.Attempts)
        .ExecuteUpdateAsync(
            row => row.SetProperty(it => it.DueAt, time.GetUtcNow() + delay).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null),
            cancellationToken);

    private async Task<IResult> AskAsync(AuditedAct act, MoneyAct request, long cents, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (OperatorExtensions.RoleProblem(await acts.LockRoleAsync(act.ActorId, cancellationToken), Role.Admin) is { } problem)
        {
            return problem;
        }
        var now = time.GetUtcNow();
        // An attempt before may have added it.
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into approvals (approval_id, state, action, actor_id, subject_id, target, reason, amount_cents, request, created_at,
                expires_at, due_at, attempts)
            values ({act.ActId}, {(short)ApprovalState.Pending}, {act.Action}, {act.ActorId}, {act.SubjectId}, {act.Target}, {act.Reason},
                {cents}, {request.Write()}::jsonb, {now}, {now + Lifetime}, {now + Lifetime}, 0)
            on conflict (approval_id) do nothing
            """, cancellationToken);
        var approval = await database.Approvals.AsNoTracking().SingleAsync(row => row.ApprovalId == act.ActId, cancellationToken);
        await audit.AddOnceAsync(act, AuditState.Intended, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Accepted($"/api/admin/approvals/{act.ActId}", approval.ToResponse());
    }

    private async Task<(Decided Decided, Approval? Approval)> DecideAsync(
        AuditedAct decision, Guid approvalId, Func<Approval, DateTimeOffset, Task<Decided>> decide, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await acts.LockRoleAsync(decision.ActorId, cancellationToken) < Role.Admin)
        {
            return (Decided.NotAllowed, null);
        }
        if (await LockAsync(approvalId, cancellationToken) is not { } approval)
        {
            return (Decided.NotFound, null);
        }
        if (await acts.HasEndedAsync(decision.ActId, cancellationToken))
        {
            return (Decided.Now, approval);
        }
        var now = time.GetUtcNow();
        if (approval.State == ApprovalState.Expired || (approval.State == ApprovalState.Pending && approval.ExpiresAt <= now))
        {
            return (Decided.TooLate, approval);
        }
        if (approval.State != ApprovalState.Pending)
        {
            return (Decided.Before, approval);
        }
        if (await decide(approval, now) is not Decided.Now and var problem)
        {
            return (problem, approval);
        }
        (approval.DecidedBy, approval.DecidedAt, approval.DecisionReason) = (decision.ActorId, now, decision.Reason);
        await database.SaveChangesAsync(cancellationToken);
        if (approval.State == ApprovalState.Rejected)
        {
            await audit.AddOnceAsync(
                ActOf(approval) with { After = new { error_code = "approval_rejected" } }, AuditState.Rejected, cancellationToken);
        }
        await audit.AddAsync(
            decision with { Target = approvalId.ToString(), SubjectId = approval.SubjectId }, AuditState.Done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (Decided.Now, approval);
    }

    // Also when the operator has left, or the service stops.
    private async Task<Approval> EndAsync(Guid approvalId, ApprovalState from, ApprovalState state, object effect, string? errorCode)
    {
        using var timeout = new CancellationTokenSource(EndTimeout, time);
        await using var transaction = await database.Database.BeginTransactionAsync(timeout.Token);
        var approval = (await LockAsync(approvalId, timeout.Token))!;
        // It may have been read before another process has ended it.
        await database.Entry(approval).ReloadAsync(timeout.Token);
        if (approval.State == from)
        {
            (approval.State, approval.ErrorCode, approval.EndedAt, approval.LeasedUntil) = (state, errorCode, time.GetUtcNow(), null);
            await database.SaveChangesAsync(timeout.Token);
            var ended = state == ApprovalState.Done ? AuditState.Done : AuditState.Rejected;
            await audit.AddOnceAsync(ActOf(approval) with { After = effect }, ended, timeout.Token);
            await transaction.CommitAsync(timeout.Token);
        }
        return approval;
    }

    private async Task<Approval?> LockAsync(Guid approvalId, CancellationToken cancellationToken) =>
        (await database.Approvals.FromSql($"select * from approvals where approval_id = {approvalId} for update")
            .ToListAsync(cancellationToken)).SingleOrDefault();

    private static AuditedAct ActOf(Approval approval) => new(approval.Action, approval.ActorId, approval.SubjectId, approval.Reason)
    {
        ActId = approval.ApprovalId,
        Target = approval.Target,
    };
}
