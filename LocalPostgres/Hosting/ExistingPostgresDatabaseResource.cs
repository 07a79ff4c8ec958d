using Aspire.Hosting.ApplicationModel;

namespace LocalPostgres.Hosting;

/// <summary>A database of an <see cref="ExistingPostgresResource"/>, created when the server has none of its name.</summary>
public sealed class ExistingPostgresDatabaseResource
    : Resource, IResourceWithConnectionString, IResourceWithParent<ExistingPostgresResource>
{
    internal ExistingPostgresDatabaseResource(string name, string databaseName, ExistingPostgresResource parent)
        : base(name)
    {
        DatabaseName = databaseName;
        Parent = parent;
    }

    /// <summary>On the server.</summary>
    public string DatabaseName { get; }

    /// <inheritdoc/>
    public ExistingPostgresResource Parent { get; }

    /// <summary>For Npgsql, which takes the last of two values: the database is this one, whatever the server's string says.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent};Database={DatabaseName}");
}
