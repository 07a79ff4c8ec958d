using System.Collections.Frozen;
using ReelBallers.Accounts.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// The roles of the operators as Accounts has named them a moment ago (<see cref="OperatorPoll"/>): in memory, so that requests seldom wait
/// for another service. Once Accounts has not answered for <see cref="MaxAge"/>, the request of an operator asks it.
/// </summary>
internal sealed class OperatorRoles(AccountsService.AccountsServiceClient accounts, TimeProvider time)
{
    /// <summary>How long a role that was taken away can still count, while Accounts does not answer.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile Snapshot? _snapshot;
    private Task<ListOperatorsResponse>? _asking;

    /// <summary>The role of a user; null when Accounts does not answer and the user may be an operator.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="cancellationToken">Ends the wait for Accounts.</param>
    public ValueTask<Role?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        Known(userId) is { } role ? new(role) : AskedAsync(userId, cancellationToken);

    /// <summary>Asks Accounts, once for all who wait.</summary>
    /// <exception cref="Grpc.Core.RpcException">It does not answer; what is known remains until it is too old.</exception>
    public Task<ListOperatorsResponse> AskAsync()
    {
        lock (_lock)
        {
            return _asking is { IsCompleted: false } asking ? asking : _asking = AskNowAsync();
        }
    }

    private Role? Known(Guid userId) =>
        _snapshot is not { } snapshot ? null
        : !snapshot.Roles.TryGetValue(userId, out var role) ? Role.User
        : time.GetElapsedTime(snapshot.AskedAt) > MaxAge ? null
        : role;

    private async ValueTask<Role?> AskedAsync(Guid userId, CancellationToken cancellationToken)
    {
        try
        {
            await AskUnlessKnownAsync(userId).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (Outages.IsOutage(exception, cancellationToken))
        {
            // The poll reports it.
        }
        return Known(userId);
    }

    private Task AskUnlessKnownAsync(Guid userId)
    {
        lock (_lock)
        {
            // An answer may have come since.
            return Known(userId) is null ? AskAsync() : Task.CompletedTask;
        }
    }

    private async Task<ListOperatorsResponse> AskNowAsync()
    {
        var askedAt = time.GetTimestamp();
        var answer = await accounts.ListOperatorsAsync(new ListOperatorsRequest(), deadline: RpcDeadlines.After(Timeout));
        _snapshot = new Snapshot(
            answer.Operators.ToFrozenDictionary(row => Guid.Parse(row.UserId), row => Roles.Parse(row.Role) ?? Role.User), askedAt);
        return answer;
    }

    private sealed record Snapshot(FrozenDictionary<Guid, Role> Roles, long AskedAt);
}
