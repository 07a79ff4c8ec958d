using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Job types and models go to their endpoints.</summary>
public sealed class RoutingTests(RoutingTests.Rig rig) : IClassFixture<RoutingTests.Rig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;

    public void Dispose()
    {
        _stack.Heal();
        _stack.RunPod.Workers.Clear();
    }

    [Fact]
    public async Task A_job_goes_to_an_endpoint_of_its_type_and_otherwise_to_the_default()
    {
        var user = await _stack.UserAsync(1000);
        Assert.Equal("big", (await _stack.SubmittedAsync(await user.CreateAsync("upscale"))).EndpointId);
        using var overlay = await user.PostAsync("/api/export", new
        {
            source_key = user.SourceKey,
            target_resolution = "720p",
            overlay_layers = new[] { new { type = "text", x = 1, y = 1, text = "goal" } },
        });
        var overlayId = (await overlay.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetGuid();
        Assert.Equal("local", (await _stack.SubmittedAsync(overlayId)).EndpointId);
        Assert.Contains((await _stack.SubmittedAsync(await user.CreateAsync())).EndpointId, new[] { "a", "b" });
    }

    [Fact]
    public async Task A_run_keeps_its_endpoint()
    {
        var user = await _stack.UserAsync(1000);
        var jobId = await user.CreateAsync("upscale");
        var work = await _stack.SubmittedAsync(jobId);
        await work.DeliverAsync();
        await user.BecomesAsync(jobId, "completed");
        Assert.True(work.Reads > 0);
        Assert.Equal("big 210", await _stack.JobsDatabase.ScalarAsync<string>(
            $"select endpoint_id || ' ' || coalesce(cost_microdollars, 210) from runs where job_id = '{jobId}'"));
    }

    [Fact]
    public async Task Endpoints_get_jobs_by_their_weights()
    {
        var health = _stack.App.Services.GetRequiredService<EndpointHealth>();
        await Eventually.IsTrueAsync(() => Task.FromResult(!health.LacksCapacity("a")), "the endpoint has workers");
        var user = await _stack.UserAsync(1000);
        var jobs = new List<Guid>();
        for (var i = 0; i < 60; i++)
        {
            jobs.Add(await user.CreateAsync());
        }
        var works = await Task.WhenAll(jobs.Select(_stack.SubmittedAsync));
        // Nine of ten; 30 is more than six standard deviations away.
        Assert.InRange(works.Count(work => work.EndpointId == "a"), 40, 60);
    }

    [Theory]
    [InlineData("""{"idle":0,"throttled":2}""")]
    [InlineData("""{"unhealthy":1}""")]
    public async Task An_endpoint_without_capacity_is_skipped(string workers)
    {
        _stack.RunPod.Workers["a"] = JsonSerializer.Deserialize<JsonElement>(workers);
        _stack.RunPod.Health = (1, 0);
        var health = _stack.App.Services.GetRequiredService<EndpointHealth>();
        await Eventually.IsTrueAsync(() => Task.FromResult(health.LacksCapacity("a")), "the endpoint has no workers");
        var user = await _stack.UserAsync(1000);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("b", (await _stack.SubmittedAsync(await user.CreateAsync())).EndpointId);
        }
    }

    [Fact]
    public async Task A_job_with_one_endpoint_is_submitted_though_it_has_no_worker_now()
    {
        _stack.RunPod.Workers["big"] = new { throttled = 2 };
        _stack.RunPod.Health = (1, 0);
        var health = _stack.App.Services.GetRequiredService<EndpointHealth>();
        await Eventually.IsTrueAsync(() => Task.FromResult(health.LacksCapacity("big")), "the endpoint has no workers");
        var user = await _stack.UserAsync(1000);
        Assert.Equal("big", (await _stack.SubmittedAsync(await user.CreateAsync("upscale"))).EndpointId);
    }

    [Fact]
    public void A_model_goes_to_the_endpoints_that_have_it()
    {
        var options = new RunPodOptions
        {
            EndpointId = "default",
            Endpoints =
            {
                new EndpointOptions { Id = "gpu", Types = ["upscale"], Models = ["HAT-L"] },
                new EndpointOptions { Id = "any", Types = ["upscale", "framing"] },
            },
        };
        var endpoints = new RunPodEndpoints(Microsoft.Extensions.Options.Options.Create(options));
        string[] For(string lane) => [.. endpoints.For(Lane.Parse(lane)).Select(endpoint => endpoint.Id)];
        Assert.Equal(["gpu", "any"], For("upscale/hat-l"));
        Assert.Equal(["any"], For("upscale/RIFE"));
        Assert.Equal(["any"], For("upscale"));
        Assert.Equal(["default"], For("track"));
        Assert.Equal(["gpu", "any", "default"], endpoints.All);
    }

    [Fact]
    public void Invalid_endpoints_are_rejected()
    {
        var options = new RunPodOptions
        {
            ApiKey = "k",
            EndpointId = "a",
            CallbackKey = "sixteen-letters-",
            Endpoints =
            {
                new EndpointOptions { Id = "x/y", Weight = 0, Types = ["fly"], Models = ["a b"], MicrodollarsPerSecond = -1 },
                new EndpointOptions { Id = "c" },
                new EndpointOptions { Id = "c" },
            },
        };
        var errors = new OptionsErrors("RunPod");
        options.Validate(errors);
        Assert.Equal(
            [
                "RunPod:Endpoints:0:Id is 'x/y'. Set it to the id of the serverless endpoint: letters, digits, '-' and '_'.",
                "RunPod:Endpoints:0:Weight is 0. Set it to an integer from 1 to 1000.",
                "RunPod:Endpoints:0:MicrodollarsPerSecond is -1. Set it to an integer from 0 to 1000000000.",
                "RunPod:Endpoints:0:Types has 'fly', which is not a job type. The types are framing, overlay, upscale, track.",
                "RunPod:Endpoints:0:Models has 'a b', which is not the name of a model.",
                "RunPod:Endpoints has 'c' more than once. List each endpoint once.",
            ],
            errors.Messages);
    }

    public sealed class Rig : IAsyncLifetime
    {
        public JobsStack Stack { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(
                ("RunPod:Endpoints:0:Id", "big"), ("RunPod:Endpoints:0:Types:0", "upscale"),
                ("RunPod:Endpoints:0:MicrodollarsPerSecond", "210"),
                ("RunPod:Endpoints:1:Id", "a"), ("RunPod:Endpoints:1:Types:0", "framing"), ("RunPod:Endpoints:1:Weight", "9"),
                ("RunPod:Endpoints:2:Id", "b"), ("RunPod:Endpoints:2:Types:0", "framing"));
        }

        public ValueTask DisposeAsync() => Stack.DisposeAsync();
    }
}
