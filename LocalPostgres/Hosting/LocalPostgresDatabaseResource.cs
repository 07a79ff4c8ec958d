using Aspire.Hosting.ApplicationModel;

namespace LocalPostgres.Hosting;

/// <summary>A database of a <see cref="LocalPostgresResource"/>, created when the server has none of its name.</summary>
public sealed class LocalPostgresDatabaseResource : Resource, IResourceWithConnectionString, IResourceWithParent<LocalPostgresResource>
{
    internal LocalPostgresDatabaseResource(string name, string databaseName, LocalPostgresResource parent)
        : base(name)
    {
        DatabaseName = databaseName;
        Parent = parent;
    }

    /// <summary>On the server.</summary>
    public string DatabaseName { get; }

    /// <inheritdoc/>
    public LocalPostgresResource Parent { get; }

    /// <summary>For Npgsql.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent};Database={DatabaseName}");
}
