using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>The connections to the service's database: section <c>Database</c>.</summary>
public sealed class DatabaseOptions : IValidatedOptions
{
    private const string PoolSize = "Maximum Pool Size";

    /// <summary>
    /// How many connections a replica opens at most. Two replicas of each service fit a PostgreSQL with its usual 100 connections.
    /// </summary>
    public int MaxConnections { get; init; } = 10;

    /// <inheritdoc />
    public void Validate(OptionsErrors errors) =>
        // Those that listen for notifications, and one that holds a lock while another works.
        errors.Range(nameof(MaxConnections), MaxConnections, 4, 1000);

    /// <summary>How many of them are for <see cref="ReadPool"/>, in a service that has one.</summary>
    internal int ReadConnections => MaxConnections / 3;

    /// <summary>The settings of a pool. A size that the connection string itself names is kept.</summary>
    internal NpgsqlConnectionStringBuilder Pool(string connectionString, string applicationName, int maxConnections)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = applicationName,
            Timeout = 5,
            CommandTimeout = 15,
            // A server that a failover has made a standby keeps its connections: none of ours stays there for long.
            ConnectionLifetime = 300,
        }.WithSession("idle_in_transaction_session_timeout=60000");
        if (!settings.ShouldSerialize(PoolSize))
        {
            settings.MaxPoolSize = maxConnections;
        }
        return settings;
    }
}
