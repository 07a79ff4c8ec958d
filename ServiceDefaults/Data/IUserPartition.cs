namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Registered by a service that divides its users among several databases. A service with one database has none.
/// </summary>
public interface IUserPartition
{
    /// <summary>The container whose services work on the database of this user.</summary>
    IServiceProvider ServicesOf(Guid userId);
}
