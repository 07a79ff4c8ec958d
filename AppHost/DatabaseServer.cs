using System.Data.Common;
using LocalPostgres.Hosting;
using Npgsql;

namespace ReelBallers.AppHost;

/// <summary>
/// The PostgreSQL server of the stack. The parameter <c>database</c> says which: <c>local</c> (the one of this machine),
/// <c>container</c> (a container engine is needed), or the connection string of one that runs already.
/// </summary>
internal static class DatabaseServer
{
    public const string Parameter = "database";
    private const string Local = "local";
    private const string Container = "container";
    private const string Name = "postgres";

    /// <summary>Adds the server with those databases, each by its name.</summary>
    /// <exception cref="DistributedApplicationException">
    /// The parameter is wrong, or no server is there; the message says what to do.
    /// </exception>
    public static async Task<IReadOnlyDictionary<string, IResourceBuilder<IResourceWithConnectionString>>> AddDatabasesAsync(
        this IDistributedApplicationBuilder builder, DataDirectory data, params string[] names)
    {
        Func<string, IResourceBuilder<IResourceWithConnectionString>> addDatabase = Which(builder) switch
        {
            Local => AddLocal(builder, data, names),
            Container => AddContainer(builder, data, names),
            var connectionString => await AddExistingAsync(builder, connectionString),
        };
        return names.ToDictionary(name => name, addDatabase);
    }

    /// <summary>A server that somebody else may use as well is not emptied.</summary>
    /// <exception cref="DistributedApplicationException">It was to be.</exception>
    public static void RejectResetOfExisting(IDistributedApplicationBuilder builder)
    {
        if (Which(builder) is not (Local or Container))
        {
            throw new DistributedApplicationException(
                $"--reset does not empty the server that the parameter {Parameter} names, so it does nothing. "
                + "Drop the stack's databases there yourself, delete the data directory, and start without --reset.");
        }
    }

    // What is published has a server of its own, and this machine's is not part of it.
    private static string Which(IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode ? Container : builder.Given(Parameter) ?? Local;

    private static Func<string, IResourceBuilder<IResourceWithConnectionString>> AddLocal(
        IDistributedApplicationBuilder builder, DataDirectory data, string[] names)
    {
        var server = builder.AddLocalPostgres(Name, AddPassword(builder, data)).WithDataDirectory(data.For(Name));
        server.WithResetCommand(data, names).WithKillCommand();
        return name => server.AddDatabase(name);
    }

    private static Func<string, IResourceBuilder<IResourceWithConnectionString>> AddContainer(
        IDistributedApplicationBuilder builder, DataDirectory data, string[] names)
    {
        var server = builder.AddPostgres(Name, password: AddPassword(builder, data));
        server.WithResetCommand(data, names);
        return name => server.AddDatabase(name);
    }

    private static async Task<Func<string, IResourceBuilder<IResourceWithConnectionString>>> AddExistingAsync(
        IDistributedApplicationBuilder builder, string connectionString)
    {
        await CheckAsync(connectionString);
        var server = builder.AddExistingPostgres(Name, builder.AddParameter(Parameter, () => connectionString, secret: true)
            .WithDescription("The connection string of the PostgreSQL server."));
        return name => server.AddDatabase(name);
    }

    private static IResourceBuilder<ParameterResource> AddPassword(IDistributedApplicationBuilder builder, DataDirectory data) =>
        builder.AddRandomSecret("postgres-password", data).WithDescription("Of the PostgreSQL server.");

    /// <summary>Its messages do not repeat the string, which has a password in it.</summary>
    private static async Task CheckAsync(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw Malformed();
        }
        if (string.IsNullOrWhiteSpace(settings.Host))
        {
            throw Malformed();
        }
        settings.Database ??= "postgres";
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync();
        }
        catch (DbException exception)
        {
            throw new DistributedApplicationException(
                $"The server that the parameter {Parameter} names ({settings.Host}:{settings.Port}) does not accept the connection: "
                + exception.Message);
        }
    }

    private static DistributedApplicationException Malformed() => new(
        $"The parameter {Parameter} is neither {Local}, nor {Container}, nor a connection string "
        + "(Host=…;Port=…;Username=…;Password=…).");
}
