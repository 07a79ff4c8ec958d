namespace ReelBallers.ServiceDefaults;

/// <summary>What a service does, besides storing it, when a user has come to belong to an account.</summary>
public interface IJoinedUserHandler
{
    /// <summary>Called with each call of <c>JoinUser</c>, so at least once; a failure has the call repeated.</summary>
    Task JoinedAsync(Guid fromUserId, Guid intoUserId, CancellationToken cancellationToken);
}
