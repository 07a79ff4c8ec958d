using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

public sealed class GrpcHealthTests
{
    [Fact]
    public async Task The_standard_health_service_answers_probes_without_a_credential()
    {
        await using var server = await RpcServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var health = new Health.HealthClient(channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = "live" })).Status);
    }

    [Fact]
    public async Task A_failing_check_is_not_serving_but_alive()
    {
        await using var server = await RpcServer.StartAsync(
            health: checks => checks.AddCheck("database", () => HealthCheckResult.Unhealthy("The database does not respond.")));
        using var channel = GrpcChannel.ForAddress(server.Address);
        var health = new Health.HealthClient(channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = "live" })).Status);
    }

    [Fact]
    public async Task The_stream_of_health_changes_needs_the_credential()
    {
        await using var server = await RpcServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest());
        var refused = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Theory]
    [InlineData("Production", StatusCode.Unimplemented)]
    [InlineData("Staging", StatusCode.Unimplemented)]
    [InlineData("Development", StatusCode.OK)]
    public async Task Reflection_exists_in_development_only(string environment, StatusCode expected)
    {
        await using var server = await RpcServer.StartAsync(environment);
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(RpcServer.Credential());
        var status = StatusCode.OK;
        var answer = call.ResponseStream.MoveNext(CancellationToken.None);
        try
        {
            await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        }
        catch (RpcException)
        {
            // A response that comes first ends the request. The call's status is that of the response.
        }
        try
        {
            Assert.True(await answer);
        }
        catch (RpcException exception)
        {
            status = exception.StatusCode;
        }
        Assert.Equal(expected, status);
    }
}
