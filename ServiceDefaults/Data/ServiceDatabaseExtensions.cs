using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>A service's own PostgreSQL database.</summary>
public static class ServiceDatabaseExtensions
{
    /// <summary>
    /// As <see cref="AddDatabase{TContext}"/>, with the idempotency records of the service's routes, which are deleted after
    /// their retention time.
    /// </summary>
    /// <param name="builder">The service's.</param>
    /// <param name="connectionName">The name of its connection string.</param>
    /// <param name="hasReadPool">Whether some of the connections are a <see cref="ReadPool"/>.</param>
    public static WebApplicationBuilder AddServiceDatabase<TContext>(
        this WebApplicationBuilder builder, string connectionName, bool hasReadPool = false)
        where TContext : DbContext
    {
        builder.AddDatabase<TContext>(connectionName, hasReadPool: hasReadPool);
        builder.Services.AddIdempotencyRecords();
        return builder;
    }

    /// <summary>
    /// Registers <see cref="NpgsqlDataSource"/>, <see cref="IDbContextFactory{TContext}"/> and the scoped context for the
    /// connection string <paramref name="connectionName"/>, applies the migrations at the start, and adds a health check,
    /// which is <paramref name="failureStatus"/> while the database, or all of several, does not respond.
    /// </summary>
    public static WebApplicationBuilder AddDatabase<TContext>(
        this WebApplicationBuilder builder, string connectionName, HealthStatus failureStatus = HealthStatus.Unhealthy,
        bool hasReadPool = false)
        where TContext : DbContext
    {
        var connectionString = builder.GetRequiredConnectionString(connectionName);
        builder.Services.AddValidatedOptions<DatabaseOptions>("Database");
        builder.Services.AddConnections<TContext>(connectionString, builder.Environment.ApplicationName, hasReadPool);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", failureStatus, timeout: TimeSpan.FromSeconds(3));
        return builder;
    }

    /// <summary>
    /// As <see cref="AddServiceDatabase{TContext}(WebApplicationBuilder, string, bool)"/> for a container beside the
    /// service's own, without a health check. The container must have the service's <see cref="DatabaseOptions"/>.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="connectionString">Leads to the database.</param>
    /// <param name="applicationName">The service's name, for the database's lists of connections.</param>
    /// <param name="hasReadPool">Whether some of the connections are a <see cref="ReadPool"/>.</param>
    public static IServiceCollection AddServiceDatabase<TContext>(
        this IServiceCollection services, string connectionString, string applicationName, bool hasReadPool)
        where TContext : DbContext =>
        services.AddConnections<TContext>(connectionString, applicationName, hasReadPool).AddIdempotencyRecords();

    /// <summary>The connection string of this name.</summary>
    /// <exception cref="InvalidOperationException">It is not set.</exception>
    public static string GetRequiredConnectionString(this WebApplicationBuilder builder, string connectionName) =>
        builder.Configuration.GetConnectionString(connectionName) is { } value && !string.IsNullOrWhiteSpace(value)
            ? value
            : throw new InvalidOperationException(
                $"ConnectionStrings:{connectionName} is not set. Start the stack with: dotnet run --project AppHost");

    private static IServiceCollection AddConnections<TContext>(
        this IServiceCollection services, string connectionString, string applicationName, bool hasReadPool)
        where TContext : DbContext
    {
        // Registered by a factory, so that the container disposes it when the service stops.
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<DatabaseOptions>>().Value;
            return NpgsqlDataSource.Create(options.Pool(
                connectionString, applicationName, options.MaxConnections - (hasReadPool ? options.ReadConnections : 0)));
        });
        if (hasReadPool)
        {
            services.AddSingleton(provider => new ReadPool(
                provider.GetRequiredService<IOptions<DatabaseOptions>>().Value, connectionString, applicationName));
        }
        services.AddDbContextFactory<TContext>((provider, options) => options
            .UseServiceDatabase(provider.GetRequiredService<NpgsqlDataSource>())
            // Exceptions are logged once where they are handled, outages without a stack trace.
            .ConfigureWarnings(warnings => warnings.Log(
                (RelationalEventId.ConnectionError, LogLevel.Debug),
                (RelationalEventId.CommandError, LogLevel.Debug),
                (RelationalEventId.TransactionError, LogLevel.Debug),
                (CoreEventId.QueryIterationFailed, LogLevel.Debug),
                (CoreEventId.SaveChangesFailed, LogLevel.Debug))));
        services.AddHostedService<DatabaseMigrator<TContext>>();
        return services;
    }

    private static IServiceCollection AddIdempotencyRecords(this IServiceCollection services)
    {
        services.AddSingleton<IdempotencyStore>();
        services.AddHostedService<IdempotencyPurge>();
        return services;
    }
}
