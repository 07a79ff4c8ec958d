using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Deletes rows that have expired, in batches, beside other replicas that do the same.</summary>
internal static class ExpiredRows
{
    /// <param name="dataSource">Where.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">Its primary key, one column.</param>
    /// <param name="timeColumn">What is compared.</param>
    /// <param name="before">Older rows are deleted.</param>
    /// <param name="cancellationToken">Ends the work between batches.</param>
    public static Task DeleteAsync(
        NpgsqlDataSource dataSource, string table, string key, string timeColumn, DateTimeOffset before,
        CancellationToken cancellationToken) => Batches.RepeatAsync(async () =>
    {
        await using var delete = dataSource.CreateCommand(
            $"""
            delete from {table} where {key} in
              (select {key} from {table} where {timeColumn} < $1 limit $2 for update skip locked)
            """);
        delete.Parameters.Add(new() { Value = before });
        delete.Parameters.Add(new() { Value = Batches.Size });
        return await delete.ExecuteNonQueryAsync(cancellationToken);
    });
}
