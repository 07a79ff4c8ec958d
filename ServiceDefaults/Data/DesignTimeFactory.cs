using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Gives <c>dotnet ef</c> a service's model without starting the service, which would need all its settings. A service
/// declares one subclass; its context has a constructor that takes its options.
/// </summary>
public abstract class DesignTimeFactory<TContext> : IDesignTimeDbContextFactory<TContext>
    where TContext : DbContext
{
    /// <inheritdoc />
    public TContext CreateDbContext(string[] args) =>
        (TContext)Activator.CreateInstance(typeof(TContext), new DbContextOptionsBuilder<TContext>().UseServiceDatabase().Options)!;
}
