using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>What a service's model is built with, at run time, in <c>dotnet ef</c> and in tests alike.</summary>
public static class ServiceModelExtensions
{
    /// <summary>PostgreSQL, with tables, columns, keys and indexes in snake_case where the model names none.</summary>
    /// <param name="options">The options of the context.</param>
    /// <param name="dataSource">The database; null where only the model is asked for.</param>
    public static TBuilder UseServiceDatabase<TBuilder>(this TBuilder options, NpgsqlDataSource? dataSource = null)
        where TBuilder : DbContextOptionsBuilder
    {
        (dataSource is null ? options.UseNpgsql() : options.UseNpgsql(dataSource)).UseSnakeCaseNamingConvention();
        return options;
    }
}
