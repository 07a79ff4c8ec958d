namespace ReelBallers.Storage;

/// <summary>A user of the storage. Its row is the lock under which the quota is checked.</summary>
internal sealed class StorageUser
{
    public required Guid UserId { get; init; }

    /// <summary>Whether a payment of this user was ever credited, as Payments tells.</summary>
    public bool HasPaid { get; init; }
}
