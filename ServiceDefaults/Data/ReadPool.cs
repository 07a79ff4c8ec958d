using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Connections for a service's most frequent reads. They are not reset between two uses, so that their prepared statements cost
/// nothing to keep: a command on them must leave no state in the session.
/// </summary>
public sealed class ReadPool : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;

    internal ReadPool(DatabaseOptions options, string connectionString, string applicationName)
    {
        var settings = options.Pool(connectionString, $"{applicationName} reads", options.ReadConnections);
        settings.NoResetOnClose = true;
        _dataSource = NpgsqlDataSource.Create(settings);
    }

    /// <summary>Opens a connection; waits while all are in use.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _dataSource.OpenConnectionAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();
}
