using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ReelBallers.ServiceDefaults;

/// <summary>Registers the conditions of a service, which <see cref="ConditionsService"/> tells.</summary>
public static class ConditionsExtensions
{
    /// <summary>Adds a kind that is read in its own way.</summary>
    public static IServiceCollection AddConditions<TSource>(this IServiceCollection services) where TSource : class, IConditionSource
    {
        services.TryAddScoped<ConditionLists>();
        return services.AddScoped<IConditionSource, TSource>();
    }

    /// <summary>Adds a kind that is a query.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="query">What is open at that time, the newest first.</param>
    public static IServiceCollection AddConditions<TContext>(
        this IServiceCollection services, string kind, Func<TContext, DateTimeOffset, IQueryable<OpenCondition>> query)
        where TContext : DbContext
    {
        services.TryAddScoped<ConditionLists>();
        return services.AddScoped<IConditionSource>(provider => new QueriedConditions<TContext>(
            kind, query, provider.GetRequiredService<TContext>(), provider.GetRequiredService<TimeProvider>()));
    }

    private sealed class QueriedConditions<TContext>(
        string kind, Func<TContext, DateTimeOffset, IQueryable<OpenCondition>> query, TContext database, TimeProvider time)
        : IConditionSource
        where TContext : DbContext
    {
        public string Kind => kind;

        public async Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken) =>
            await query(database, time.GetUtcNow()).Take(limit).ToListAsync(cancellationToken);
    }
}
