using System.Collections.Frozen;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// The roles of the operators, as Accounts has told a moment ago (<see cref="OperatorPoll"/>): in memory, so that no request waits for
/// another service. When Accounts has not answered for <see cref="MaxAge"/>, no role is known.
/// </summary>
internal sealed class OperatorRoles(TimeProvider time)
{
    /// <summary>How long a role that was taken away can still count, while Accounts does not answer.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private volatile Snapshot? _snapshot;

    /// <summary>The role of a user; null while it is not known.</summary>
    public Role? Of(Guid userId) =>
        _snapshot is not { } snapshot || time.GetElapsedTime(snapshot.AskedAt) > MaxAge ? null
        : snapshot.Roles.TryGetValue(userId, out var role) ? role
        : Role.User;

    /// <summary>Replaces what is known.</summary>
    /// <param name="roles">Of all operators.</param>
    /// <param name="askedAt">The timestamp from before Accounts was asked.</param>
    public void Take(IEnumerable<KeyValuePair<Guid, Role>> roles, long askedAt) =>
        _snapshot = new Snapshot(roles.ToFrozenDictionary(), askedAt);

    private sealed record Snapshot(FrozenDictionary<Guid, Role> Roles, long AskedAt);
}
