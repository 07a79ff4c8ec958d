using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

/// <summary>The health of a service by its databases.</summary>
public sealed class DatabaseHealthCheckTests
{
    [Theory]
    [InlineData(new[] { true }, HealthStatus.Healthy, null)]
    [InlineData(new[] { false }, HealthStatus.Unhealthy, "first")]
    [InlineData(new[] { true, true }, HealthStatus.Healthy, null)]
    [InlineData(new[] { true, false }, HealthStatus.Degraded, "second")]
    [InlineData(new[] { false, true }, HealthStatus.Degraded, "first")]
    [InlineData(new[] { false, false }, HealthStatus.Unhealthy, "first second")]
    public async Task It_fails_when_none_responds_and_is_degraded_when_only_some_do(bool[] respond, HealthStatus status, string? named)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var up = NpgsqlDataSource.Create(database.ConnectionString);
        await using var gate = TcpGate.Open(database);
        await using var down = NpgsqlDataSource.Create(gate.ConnectionString(database));
        gate.Close();
        var names = new[] { "first", "second" };
        var partition = new Partition([.. respond.Select((responds, at) => new NamedDatabase(names[at], responds ? up : down))]);

        var result = await CheckAsync(new DatabaseHealthCheck(up, partition));

        Assert.Equal(status, result.Status);
        Assert.Equal(named, result.Description is null ? null : string.Join(' ', names.Where(result.Description.Contains)));
        Assert.Equal(respond.Contains(false), gate.Refused > 0);
    }

    [Fact]
    public async Task Without_a_partition_it_asks_the_only_database_and_fails_as_it_is_registered()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var gate = TcpGate.Open(database);
        await using var only = NpgsqlDataSource.Create(gate.ConnectionString(database));
        var check = new DatabaseHealthCheck(only);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(check, HealthStatus.Degraded)).Status);
        gate.Close();
        var failure = await CheckAsync(check, HealthStatus.Degraded);

        Assert.Equal(HealthStatus.Degraded, failure.Status);
        Assert.StartsWith("The database does not respond: ", failure.Description, StringComparison.Ordinal);
    }

    private static Task<HealthCheckResult> CheckAsync(DatabaseHealthCheck check, HealthStatus failure = HealthStatus.Unhealthy) =>
        check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("database", check, failure, null) });

    private sealed class Partition(NamedDatabase[] databases) : IUserPartition
    {
        public IReadOnlyList<NamedDatabase> Databases => databases;

        public IServiceProvider ServicesOf(Guid userId) => throw new NotSupportedException();
    }
}
