using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs.Tests;

/// <summary>An operator pauses and resumes an endpoint for all replicas.</summary>
public sealed class OperatorPauseTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private V1.JobsService.JobsServiceClient Client => new(stack.App.Invoker());

    public void Dispose() => stack.Heal();

    [Fact]
    public async Task A_paused_endpoint_takes_no_job_until_it_is_resumed()
    {
        Assert.False((await StateAsync()).Paused);
        var paused = await Client.PauseEndpointAsync(new PauseEndpointRequest { EndpointId = "local", Reason = "A new image." });
        Assert.Null(paused.PausedUntil);
        var state = await StateAsync();
        Assert.Equal((true, null, "A new image."), (state.Paused, state.PausedUntil, state.PauseReason));
        Assert.NotNull(state.PausedAt);
        // The margin guard does not shorten it.
        var pauses = stack.App.Services.GetRequiredService<EndpointPauses>();
        Assert.Null(await pauses.PauseAsync("local", "guard", TimeSpan.FromSeconds(1), hasDelivered: true, CancellationToken.None));

        var runs = stack.RunPod.Runs;
        var user = await stack.UserAsync();
        var job = await user.CreateAsync();
        var (waiting, slots) = await TurnReads.OfAsync(stack.App);
        Assert.True(waiting.Endpoints["local"].IsPaused);
        Assert.Null(slots.Reserve(Assert.Single(waiting.Lanes)));
        Assert.Equal(0, slots.Free(waiting.Lanes).Total);
        Assert.Equal(runs, stack.RunPod.Runs);

        Assert.True((await Client.ResumeEndpointAsync(new ResumeEndpointRequest { EndpointId = "local" })).WasPaused);
        Assert.False((await Client.ResumeEndpointAsync(new ResumeEndpointRequest { EndpointId = "local" })).WasPaused);
        await stack.SubmittedAsync(job);
        state = await StateAsync();
        Assert.Equal((false, null, 1), (state.Paused, state.PausedAt, state.OpenRuns));
        await user.CompletesAsync(job);
    }

    [Fact]
    public async Task A_pause_ends_by_itself_after_its_time()
    {
        var paused = await Client.PauseEndpointAsync(new PauseEndpointRequest { EndpointId = "local", Reason = "Tests.", Minutes = 30 });
        Assert.Equal(30, await stack.JobsDatabase.ScalarAsync<int>(
            "select round(extract(epoch from paused_until - paused_at) / 60)::int from endpoint_pauses"));
        Assert.Equal(paused.PausedUntil, (await StateAsync()).PausedUntil);
        await Client.ResumeEndpointAsync(new ResumeEndpointRequest { EndpointId = "local" });
    }

    [Fact]
    public async Task Unknown_endpoints_and_malformed_fields_are_rejected()
    {
        foreach (var (request, status, code) in new[]
        {
            (new PauseEndpointRequest { EndpointId = "other", Reason = "r" }, StatusCode.NotFound, "endpoint_not_found"),
            (new PauseEndpointRequest { EndpointId = "local" }, StatusCode.InvalidArgument, "invalid_argument"),
            (new PauseEndpointRequest { EndpointId = "local", Reason = "r", Minutes = -1 }, StatusCode.InvalidArgument, "invalid_argument"),
            (new PauseEndpointRequest { EndpointId = "local", Reason = "r", Minutes = 43_201 },
                StatusCode.InvalidArgument, "invalid_argument"),
        })
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => Client.PauseEndpointAsync(request).ResponseAsync);
            Assert.Equal((status, code), (error.StatusCode, error.ErrorCode()));
        }
        var unknown = await Assert.ThrowsAsync<RpcException>(
            () => Client.ResumeEndpointAsync(new ResumeEndpointRequest { EndpointId = "other" }).ResponseAsync);
        Assert.Equal((StatusCode.NotFound, "endpoint_not_found"), (unknown.StatusCode, unknown.ErrorCode()));
        Assert.False((await StateAsync()).Paused);
    }

    private async Task<Endpoint> StateAsync() =>
        Assert.Single((await Client.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints);
}
