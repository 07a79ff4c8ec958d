using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ReelBallers.Worker.Tests;

/// <summary>The loop of the console program, with a RunPod that has one job.</summary>
public sealed class JobLoopTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _results = [];
    private readonly CurrentJob _current = new();
    private FilePlace _runPod = null!;
    private WorkerRig _rig = null!;
    private RunPodConnection _connection = null!;
    private JobLoop _loop = null!;
    private int _takes;

    public async ValueTask InitializeAsync()
    {
        _rig = await WorkerRig.StartAsync();
        _runPod = await FilePlace.StartAsync();
        _runPod.OnRequest = AnswerAsync;
        var environment = new RunPodEnvironment
        {
            TakeUrl = _runPod.Url("/job-take/$ID"),
            DoneUrl = _runPod.Url("/job-done/$RUNPOD_POD_ID/$ID"),
            ApiKey = "secret",
            WorkerId = "w1",
        };
        _connection = new RunPodConnection(environment, TimeProvider.System, NullLogger<RunPodConnection>.Instance);
        _loop = new JobLoop(
            _connection, _current, _rig.Worker, new WorkerOptions { WorkDirectory = _rig.DataDirectory }, NullLogger<JobLoop>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _loop.Dispose();
        _connection.Dispose();
        await _runPod.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_that_is_told_to_end_finishes_its_job_and_asks_to_be_replaced()
    {
        var stopping = Task.CompletedTask;
        _rig.Place.OnRequest = context =>
        {
            if (HttpMethods.IsGet(context.Request.Method))
            {
                stopping = _loop.StopAsync(CancellationToken.None);
            }

            return Task.CompletedTask;
        };
        await _loop.StartAsync(CancellationToken.None);
        await _loop.ExecuteTask!.WaitAsync(TimeSpan.FromMinutes(2));
        await stopping;
        var result = JsonDocument.Parse(Assert.Single(_results)).RootElement;
        Assert.Equal(_rig.Place.Files["/out.mp4"].Length, result.GetProperty("output").GetProperty("size_bytes").GetInt64());
        Assert.True(result.GetProperty("stopPod").GetBoolean());
        Assert.Equal(1, _takes);
    }

    [Fact]
    public async Task A_worker_that_goes_on_does_not_ask_to_be_replaced()
    {
        await _loop.StartAsync(CancellationToken.None);
        await TestKit.Eventually.IsTrueAsync(() => Task.FromResult(_takes > 1), "the next job was asked for");
        await _loop.StopAsync(CancellationToken.None);
        Assert.False(JsonDocument.Parse(Assert.Single(_results)).RootElement.TryGetProperty("stopPod", out _));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            var isFirst = Interlocked.Increment(ref _takes) == 1;
            context.Response.StatusCode = isFirst ? StatusCodes.Status200OK : StatusCodes.Status204NoContent;
            if (isFirst)
            {
                await context.Response.WriteAsync(new JsonObject { ["id"] = "j1", ["input"] = _rig.Input() }.ToJsonString());
            }
            else
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await context.Response.CompleteAsync();
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (!body.Contains("IN_PROGRESS", StringComparison.Ordinal))
        {
            _results.Enqueue(body);
        }
    }
}
