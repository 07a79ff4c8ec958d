using Aspire.Hosting.ApplicationModel;

namespace LocalPostgres.Hosting;

/// <summary>A PostgreSQL server that runs already, and that the AppHost neither starts nor stops.</summary>
public sealed class ExistingPostgresResource : Resource, IResourceWithConnectionString
{
    private readonly List<ExistingPostgresDatabaseResource> _databases = [];

    internal ExistingPostgresResource(string name, ParameterResource connectionString)
        : base(name) => ConnectionString = connectionString;

    /// <summary>For Npgsql. Its user creates the databases; the database in it, by default <c>postgres</c>, is where it does so.</summary>
    public ParameterResource ConnectionString { get; }

    /// <summary>Those that the AppHost uses.</summary>
    public IReadOnlyList<ExistingPostgresDatabaseResource> Databases => _databases;

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{ConnectionString}");

    internal void Add(ExistingPostgresDatabaseResource database) => _databases.Add(database);
}
