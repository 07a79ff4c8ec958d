using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>What operators do about grants.</summary>
internal sealed partial class GrantTasks(
    PaymentsDbContext database, Grants grants, GrantLists lists, TimeProvider time, ILogger<GrantTasks> logger)
{
    /// <summary>An operator has done by hand what a task asks for.</summary>
    /// <param name="grantId">The grant.</param>
    /// <param name="key">Of the operator's act; a repetition changes nothing.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RpcRejection">There is no such grant, or it is no task.</exception>
    public async Task<AccessGrant> CompleteAsync(Guid grantId, string key, string actor, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var grant = await LockAsync(grantId, cancellationToken);
        if (grant.CompletionKey == key)
        {
            return grant;
        }
        if (GrantRules.Next(grant.State, GrantEvent.Completed) is not { } next)
        {
            throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.GrantNotManual,
                "This is no task, or not any more. If you have changed the access, see what GET /api/admin/users/{uid}/grants says now.");
        }
        var (now, wanted) = (time.GetUtcNow(), await lists.WantedAsync(grant, cancellationToken));
        var grantedAt = next == GrantState.Granted ? grant.GrantedAt ?? now : grant.GrantedAt;
        await database.Grants.Where(row => row.Id == grantId).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, next).SetProperty(row => row.CompletionKey, key)
                .SetProperty(row => row.GrantedAt, grantedAt).SetProperty(row => row.UpdatedAt, now), cancellationToken);
        await database.Grants.SameAccess(grant).EndAccessAtAsync(wanted.Until, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogCompleted(grantId, grant.CheckoutId, grant.State, next, actor);
        return grant;
    }

    /// <summary>Has the API try a task or a dead letter again, now.</summary>
    /// <exception cref="RpcRejection">There is no such grant, or it is neither.</exception>
    public async Task ReplayAsync(Guid grantId, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var grant = await LockAsync(grantId, cancellationToken);
        if (GrantRules.Next(grant.State, GrantEvent.Replayed) is not { } next)
        {
            throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.GrantNotDead, "The grant is neither a task nor a dead letter.");
        }
        await database.Grants.Where(row => row.Id == grantId).StartAsync(next, time.GetUtcNow(), cancellationToken);
        await grants.NotifyAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<AccessGrant> LockAsync(Guid grantId, CancellationToken cancellationToken)
    {
        var found = await database.Grants.FromSql($"select * from access_grants where id = {grantId} for update")
            .AsNoTracking().ToListAsync(cancellationToken);
        return found.SingleOrDefault()
            ?? throw RpcErrors.Reject(StatusCode.NotFound, V1.PaymentsErrorCodes.GrantNotFound, "There is no such grant.");
    }

    [LoggerMessage(LogLevel.Information, "Grant {GrantId} of checkout {CheckoutId}: {Before} became {After}, by hand of {Actor}")]
    private partial void LogCompleted(Guid grantId, Guid checkoutId, GrantState before, GrantState after, string actor);
}
