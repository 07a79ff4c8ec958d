using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Checks that the database responds. Of several, the service is degraded while one of them does not, since it serves the users of the
/// others, and fails when none does.
/// </summary>
internal sealed class DatabaseHealthCheck(NpgsqlDataSource dataSource, IUserPartition? partition = null) : IHealthCheck
{
    // Less than the check as a whole may take, so that it says which of them did not respond.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var all = partition?.Databases ?? [new("The database", dataSource)];
        var failures = (await Task.WhenAll(all.Select(one => FailureAsync(one, cancellationToken)))).OfType<string>().ToArray();
        var description = string.Join(' ', failures);
        return failures.Length == 0 ? HealthCheckResult.Healthy()
            : failures.Length < all.Count ? HealthCheckResult.Degraded(description)
            : new HealthCheckResult(context.Registration.FailureStatus, description);
    }

    private static async Task<string?> FailureAsync(NamedDatabase database, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            await using var command = database.DataSource.CreateCommand("select 1");
            await command.ExecuteScalarAsync(timeout.Token);
            return null;
        }
        catch (Exception exception)
            when (exception is NpgsqlException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return $"{database.Name} does not respond: {exception.Message}";
        }
    }
}
