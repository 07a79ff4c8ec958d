namespace Aspire.Hosting.ApplicationModel;

/// <summary>A PostgreSQL server: here one of this machine, not a container.</summary>
/// <param name="name">Unique in the application.</param>
public sealed class PostgresServerResource(string name) : Resource(name), IResourceWithConnectionString
{
    private readonly TaskCompletionSource<string> connectionString = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal List<PostgresDatabaseResource> Databases { get; } = [];

    /// <inheritdoc/>
    public async ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        await connectionString.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => GetConnectionStringAsync(cancellationToken);

    internal void IsReachedBy(string text) => connectionString.TrySetResult(text);
}

/// <summary>A database of a server; made when it is missing.</summary>
/// <param name="name">Unique in the application.</param>
/// <param name="databaseName">In the server.</param>
/// <param name="postgresParentResource">The server.</param>
public sealed class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
    : Resource(name), IResourceWithConnectionString, IResourceWithParent
{
    /// <summary>In the server.</summary>
    public string DatabaseName { get; } = databaseName;

    /// <inheritdoc/>
    public IResource Parent => postgresParentResource;

    /// <inheritdoc/>
    public async ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        $"{await postgresParentResource.GetConnectionStringAsync(cancellationToken)};Database={DatabaseName}";

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => GetConnectionStringAsync(cancellationToken);
}
