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
        builder.Services.AddSingleton<IdempotencyStore>();
        builder.Services.AddHostedService<IdempotencyPurge>();
        return builder;
    }

    /// <summary>
    /// Registers <see cref="NpgsqlDataSource"/>, <see cref="IDbContextFactory{TContext}"/> and the scoped context for the
    /// connection string <paramref name="connectionName"/>, applies the migrations at the start, and adds a health check,
    /// which is <paramref name="failureStatus"/> while the database does not respond.
    /// </summary>
    public static WebApplicationBuilder AddDatabase<TContext>(
        this WebApplicationBuilder builder, string connectionName, HealthStatus failureStatus = HealthStatus.Unhealthy,
        bool hasReadPool = false)
        where TContext : DbContext
    {
        var connectionString = builder.Configuration.GetConnectionString(connectionName);
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new InvalidOperationException(
                $"ConnectionStrings:{connectionName} is not set. Start the stack with: dotnet run --project AppHost");
        }
        builder.Services.AddValidatedOptions<DatabaseOptions>("Database");
        // Registered by a factory, so that the container disposes it when the service stops.
        builder.Services.AddSingleton(services =>
        {
            var options = services.GetRequiredService<IOptions<DatabaseOptions>>().Value;
            return NpgsqlDataSource.Create(options.Pool(
                connectionString, builder.Environment.ApplicationName,
                options.MaxConnections - (hasReadPool ? options.ReadConnections : 0)));
        });
        if (hasReadPool)
        {
            builder.Services.AddSingleton(services => new ReadPool(
                services.GetRequiredService<IOptions<DatabaseOptions>>().Value, connectionString, builder.Environment.ApplicationName));
        }
        builder.Services.AddDbContextFactory<TContext>((services, options) => options
            .UseServiceDatabase(services.GetRequiredService<NpgsqlDataSource>())
            // Exceptions are logged once where they are handled, outages without a stack trace.
            .ConfigureWarnings(warnings => warnings.Log(
                (RelationalEventId.ConnectionError, LogLevel.Debug),
                (RelationalEventId.CommandError, LogLevel.Debug),
                (RelationalEventId.TransactionError, LogLevel.Debug),
                (CoreEventId.QueryIterationFailed, LogLevel.Debug),
                (CoreEventId.SaveChangesFailed, LogLevel.Debug))));
        builder.Services.AddHostedService<DatabaseMigrator<TContext>>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", failureStatus, timeout: TimeSpan.FromSeconds(3));
        return builder;
    }
}
