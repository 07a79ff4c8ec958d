using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What became of an act.</summary>
/// <param name="Response">For the operator.</param>
/// <param name="Effect">For the audit log.</param>
internal sealed record ActResult(IResult Response, object? Effect);

/// <summary>
/// Carries out operators' acts. An act is in the audit log before anything else happens, and once more with its effect. One without the
/// second entry was cut off: its operator repeats it with the same <c>Idempotency-Key</c>, and what another service has done already is
/// done once.
/// </summary>
internal sealed class OperatorActs(AccountsDbContext database, AuditLog audit, TimeProvider time)
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Carries out an act.</summary>
    /// <param name="act">As it is recorded; its <c>After</c> is what the operator asks for.</param>
    /// <param name="required">The role that it needs, by the accounts and not by what the request says.</param>
    /// <param name="carryOut">Does it; the same act again has no further effect.</param>
    /// <param name="cancellationToken">Ends the wait; the act may have been carried out.</param>
    public async Task<IResult> RunAsync(
        AuditedAct act, Role required, Func<CancellationToken, Task<ActResult>> carryOut, CancellationToken cancellationToken)
    {
        var actual = await BeginAsync(act, required, cancellationToken);
        if (OperatorExtensions.RoleProblem(actual, required) is { } problem)
        {
            return problem;
        }
        ActResult result;
        try
        {
            result = await carryOut(cancellationToken);
        }
        catch (RpcException rejected) when (ServiceRejections.IsRejection(rejected))
        {
            await EndAsync(act with { Before = null, After = new { error_code = rejected.ErrorCode() } }, AuditState.Rejected);
            return ServiceRejections.ToProblem(rejected);
        }
        await EndAsync(act with { Before = null, After = result.Effect }, AuditState.Done);
        return result.Response;
    }

    /// <summary>Records that an act is intended if the actor's role suffices, and gives that role.</summary>
    public async Task<Role> BeginAsync(AuditedAct act, Role required, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var actual = await LockRoleAsync(act.ActorId, cancellationToken);
        if (actual >= required)
        {
            await audit.AddOnceAsync(act, AuditState.Intended, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        return actual;
    }

    /// <summary>The actor's role, which does not change until the end of the transaction: it is taken away after the act.</summary>
    public async Task<Role> LockRoleAsync(Guid? actorId, CancellationToken cancellationToken)
    {
        var roles = await database.Database.SqlQuery<short>(
            $"""select role as "Value" from accounts where user_id = {actorId} for share""").ToListAsync(cancellationToken);
        return roles.Count == 1 ? (Role)roles[0] : Role.User;
    }

    /// <summary>Whether what became of an act is recorded.</summary>
    public Task<bool> HasEndedAsync(Guid actId, CancellationToken cancellationToken) =>
        database.AuditEntries.AnyAsync(entry => entry.ActId == actId && entry.State != AuditState.Intended, cancellationToken);

    /// <summary>Records that an act which another service has begun was carried out; false when none was.</summary>
    public async Task<bool> TryEndAsync(Guid actId, CancellationToken cancellationToken)
    {
        if (await database.AuditEntries.AsNoTracking()
            .SingleOrDefaultAsync(entry => entry.ActId == actId && entry.State == AuditState.Intended, cancellationToken) is not { } begun)
        {
            return false;
        }
        var act = new AuditedAct(begun.Action, begun.ActorId, begun.SubjectId, begun.Reason)
        {
            ActId = actId,
            Target = begun.Target,
            ClientAddress = begun.ClientAddress,
        };
        await audit.AddOnceAsync(act, AuditState.Done, cancellationToken);
        return true;
    }

    /// <summary>Records what became of an act, also when its operator has left.</summary>
    public async Task EndAsync(AuditedAct act, AuditState state)
    {
        using var timeout = new CancellationTokenSource(EndTimeout, time);
        await audit.AddOnceAsync(act, state, timeout.Token);
    }
}
