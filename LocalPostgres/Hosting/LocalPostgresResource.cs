using Aspire.Hosting.ApplicationModel;

namespace LocalPostgres.Hosting;

/// <summary>
/// A PostgreSQL server of this machine as a resource of an Aspire AppHost: what <c>AddPostgres</c> is with a container engine.
/// </summary>
public sealed class LocalPostgresResource : ExecutableResource, IResourceWithConnectionString
{
    internal const string EndpointName = "tcp";

    private readonly List<LocalPostgresDatabaseResource> _databases = [];

    internal LocalPostgresResource(string name, ParameterResource password)
        : base(name, "/bin/sh", "/")
    {
        Password = password;
        Endpoint = new EndpointReference(this, EndpointName);
    }

    /// <summary>Of the user <c>postgres</c>.</summary>
    public ParameterResource Password { get; }

    /// <summary>Where it listens.</summary>
    public EndpointReference Endpoint { get; }

    /// <summary>The databases that it has.</summary>
    public IReadOnlyList<LocalPostgresDatabaseResource> Databases => _databases;

    /// <summary>For Npgsql, without a database.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host=127.0.0.1;Port={Endpoint.Property(EndpointProperty.Port)};Username=postgres;Password={Password}");

    internal string DataDirectory { get; set; } = "";

    /// <summary>Null until it is about to start for the first time.</summary>
    internal PreparedServer? Prepared { get; set; }

    internal void Add(LocalPostgresDatabaseResource database) => _databases.Add(database);
}
