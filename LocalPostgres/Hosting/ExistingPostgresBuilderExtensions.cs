using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LocalPostgres.Hosting;

/// <summary>Adds a PostgreSQL server that runs already to an AppHost.</summary>
public static partial class ExistingPostgresBuilderExtensions
{
    /// <summary>Adds the server of that connection string; it is checked, and never stopped or emptied.</summary>
    public static IResourceBuilder<ExistingPostgresResource> AddExistingPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> connectionString)
    {
        var resource = new ExistingPostgresResource(name, connectionString.Resource);
        var check = $"{name}_accepts_connections";
        builder.Services.AddHealthChecks()
            .AddAsyncCheck(check, cancellationToken => ServerDatabases.CheckAsync(resource, cancellationToken));
        return builder.AddResource(resource)
            .WithHealthCheck(check)
            .WithIconName("Database")
            .WithInitialState(State("PostgreSQL server", KnownResourceStates.NotStarted))
            .OnInitializeResource((_, initialize, _) => PublishAsync(initialize.Notifications, resource, KnownResourceStates.Running))
            .OnResourceReady((_, ready, cancellationToken) => CreateDatabasesAsync(resource, ready.Services, cancellationToken))
            .ExcludeFromManifest();
    }

    /// <summary>Adds a database, which is created when the server has none of its name.</summary>
    public static IResourceBuilder<ExistingPostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<ExistingPostgresResource> builder, string name, string? databaseName = null)
    {
        var database = new ExistingPostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.Add(database);
        return builder.ApplicationBuilder.AddResource(database)
            .WithIconName("DatabaseStack")
            .WithInitialState(State("PostgreSQL database", KnownResourceStates.Waiting))
            .ExcludeFromManifest();
    }

    private static CustomResourceSnapshot State(string type, string state) => new()
    {
        ResourceType = type,
        Properties = ImmutableArray<ResourcePropertySnapshot>.Empty,
        State = state,
    };

    private static async Task CreateDatabasesAsync(
        ExistingPostgresResource resource, IServiceProvider services, CancellationToken cancellationToken)
    {
        var state = KnownResourceStates.Running;
        try
        {
            await ServerDatabases.CreateAsync(resource, resource.Databases.Select(database => database.DatabaseName), cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            LogNotCreated(services.GetRequiredService<ResourceLoggerService>().GetLogger(resource), exception.Message);
            LogNotCreated(
                services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ExistingPostgresResource)), exception.Message);
            state = KnownResourceStates.FailedToStart;
        }
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        foreach (var database in resource.Databases)
        {
            await PublishAsync(notifications, database, state);
        }
    }

    private static Task PublishAsync(ResourceNotificationService notifications, IResource resource, string state) =>
        notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = state });

    [LoggerMessage(LogLevel.Error,
        "The databases could not be created: {Reason}. Create them, or give a user that may (CREATEDB), then start again.")]
    private static partial void LogNotCreated(ILogger logger, string reason);
}
