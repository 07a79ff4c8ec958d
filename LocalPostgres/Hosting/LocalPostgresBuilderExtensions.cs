using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalPostgres.Hosting;

/// <summary>Adds a PostgreSQL server of this machine to an AppHost.</summary>
public static partial class LocalPostgresBuilderExtensions
{
    // SIGTERM, which the orchestrator stops a process with, is PostgreSQL's smart shutdown: it waits for every session to
    // end. SIGINT is the fast one. The shell turns one into the other, and ends as the server ended.
    private const string Shell =
        """
        "$@" & server=$!
        trap 'kill -INT "$server" 2>/dev/null' TERM INT HUP
        wait "$server"; code=$?
        while kill -0 "$server" 2>/dev/null; do wait "$server"; code=$?; done
        exit "$code"
        """;

    /// <summary>
    /// Adds a server on 127.0.0.1. PostgreSQL is the one that is installed, or the npm package; see the README.
    /// </summary>
    /// <param name="builder">The AppHost's builder.</param>
    /// <param name="name">Of the resource.</param>
    /// <param name="password">Of the user <c>postgres</c>; data that was made with another one is given this one.</param>
    /// <param name="port">The TCP port; null takes a free one.</param>
    public static IResourceBuilder<LocalPostgresResource> AddLocalPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> password, int? port = null)
    {
        var resource = new LocalPostgresResource(name, password.Resource)
        {
            DataDirectory = Path.Combine(builder.AppHostDirectory, ".data", name),
        };
        var check = $"{name}_accepts_connections";
        builder.Services.AddHealthChecks()
            .AddAsyncCheck(check, cancellationToken => ServerDatabases.CheckAsync(resource, cancellationToken));
        // Not proxied: its proxy would accept connections while the server is down. A fixed port comes back after a crash.
        var listen = port ?? FreePort.Take();
        return builder.AddResource(resource)
            .WithEndpoint(port: listen, targetPort: listen, scheme: "tcp", name: LocalPostgresResource.EndpointName, isProxied: false)
            .WithEnvironment("LC_ALL", "C")
            .WithArgs(context => AddArguments(resource, context.Args))
            .WithHealthCheck(check)
            .WithIconName("Database")
            .OnBeforeResourceStarted((_, started, cancellationToken) => PrepareAsync(resource, started.Services, cancellationToken))
            .OnResourceReady((_, ready, cancellationToken) => CreateDatabasesAsync(resource, ready.Services, cancellationToken))
            .OnResourceStopped((_, stopped, _) => PublishDatabasesAsync(
                resource, stopped.Services.GetRequiredService<ResourceNotificationService>(), KnownResourceStates.Exited));
    }

    /// <summary>Where the data lives (by default <c>.data/{name}</c> in the AppHost's directory); it survives the AppHost.</summary>
    public static IResourceBuilder<LocalPostgresResource> WithDataDirectory(
        this IResourceBuilder<LocalPostgresResource> builder, string path)
    {
        builder.Resource.DataDirectory = Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory);
        return builder;
    }

    /// <summary>Adds a database, which is created when the server has none of its name.</summary>
    public static IResourceBuilder<LocalPostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<LocalPostgresResource> builder, string name, string? databaseName = null)
    {
        var database = new LocalPostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.Add(database);
        return builder.ApplicationBuilder.AddResource(database)
            .WithIconName("DatabaseStack")
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "PostgreSQL database",
                Properties = ImmutableArray<ResourcePropertySnapshot>.Empty,
                State = KnownResourceStates.Waiting,
            });
    }

    private static async Task PrepareAsync(LocalPostgresResource resource, IServiceProvider services, CancellationToken cancellationToken)
    {
        var logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
        try
        {
            var options = Options(resource) with
            {
                Password = await resource.Password.GetValueAsync(cancellationToken),
                Progress = line => LogProgress(logger, line),
            };
            resource.Prepared = await PreparedServer.PrepareAsync(options, cancellationToken);
        }
        catch (PostgresStartException exception)
        {
            LogFailure(logger, exception.Message);
            throw;
        }
    }

    private static PostgresServerOptions Options(LocalPostgresResource resource) => new() { DataDirectory = resource.DataDirectory };

    private static void AddArguments(LocalPostgresResource resource, IList<object> arguments)
    {
        var prepared = resource.Prepared ?? throw new InvalidOperationException($"{resource.Name} was not prepared.");
        foreach (var argument in (string[])["-c", Shell, resource.Name, .. prepared.Command(Options(resource), resource.Endpoint.Port)])
        {
            arguments.Add(argument);
        }
    }

    private static async Task CreateDatabasesAsync(
        LocalPostgresResource resource, IServiceProvider services, CancellationToken cancellationToken)
    {
        await ServerDatabases.CreateAsync(resource, resource.Databases.Select(database => database.DatabaseName), cancellationToken);
        // Aspire hands a parent's state on to its children for containers only.
        await PublishDatabasesAsync(resource, services.GetRequiredService<ResourceNotificationService>(), KnownResourceStates.Running);
    }

    private static async Task PublishDatabasesAsync(LocalPostgresResource resource, ResourceNotificationService notifications, string state)
    {
        foreach (var database in resource.Databases)
        {
            await notifications.PublishUpdateAsync(database, snapshot => snapshot with { State = state });
        }
    }

    [LoggerMessage(LogLevel.Information, "{Line}")]
    private static partial void LogProgress(ILogger logger, string line);

    [LoggerMessage(LogLevel.Error, "{Reason}")]
    private static partial void LogFailure(ILogger logger, string reason);
}
