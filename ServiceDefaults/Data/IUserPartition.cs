using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Registered by a service that divides its users among several databases. A service with one database has none.
/// </summary>
public interface IUserPartition
{
    /// <summary>All databases.</summary>
    IReadOnlyList<NamedDatabase> Databases { get; }

    /// <summary>The container whose services work on the database of this user.</summary>
    IServiceProvider ServicesOf(Guid userId);
}

/// <summary>One of several databases of a service.</summary>
/// <param name="Name">For operators.</param>
/// <param name="DataSource">Its connections.</param>
public sealed record NamedDatabase(string Name, NpgsqlDataSource DataSource);
