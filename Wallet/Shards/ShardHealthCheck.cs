using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>
/// Healthy when all of several databases respond, unhealthy when none does. In between the service is degraded: it serves the users
/// of the others.
/// </summary>
internal sealed class ShardHealthCheck(Shards shards) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failures = (await Task.WhenAll(shards.All.Select(shard => FailureAsync(shard, cancellationToken)))).OfType<string>().ToArray();
        var description = string.Join(' ', failures);
        return failures.Length == 0 ? HealthCheckResult.Healthy()
            : failures.Length < shards.All.Count ? HealthCheckResult.Degraded(description)
            : HealthCheckResult.Unhealthy(description);
    }

    private static async Task<string?> FailureAsync(Shard shard, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            await using var command = shard.DataSource.CreateCommand("select 1");
            await command.ExecuteScalarAsync(timeout.Token);
            return null;
        }
        catch (Exception exception)
            when (exception is NpgsqlException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return $"{shard.Id.ConnectionName} does not respond: {exception.Message}";
        }
    }
}
