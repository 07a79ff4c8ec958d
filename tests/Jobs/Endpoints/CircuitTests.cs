using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>An endpoint that does not answer is left alone for a while.</summary>
public sealed class CircuitTests(CircuitTests.Rig rig) : IClassFixture<CircuitTests.Rig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;

    public void Dispose() => _stack.Heal();

    [Fact]
    public async Task A_dead_endpoint_is_called_a_few_times_and_its_jobs_complete_after_it_has_recovered()
    {
        var user = await _stack.UserAsync(1000);
        var calls = 0;
        _stack.RunPod.OnRun = (context, _) =>
        {
            Interlocked.Increment(ref calls);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var jobs = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => user.CreateAsync()));
        var circuit = _stack.App.Services.GetRequiredService<RunPodCalls>();
        await Eventually.IsTrueAsync(() => Task.FromResult(circuit.IsSuspended("local")), "the circuit is open");
        Assert.Contains(rig.Logs.Lines, line => line.Contains("Endpoint local does not answer", StringComparison.Ordinal));
        Assert.NotEmpty(rig.Metrics.Of("jobs.endpoints.circuit_opened", ("endpoint", "local")));
        // Half of the calls may be answered ones, as those that read the health; at most those under way at that moment.
        Assert.InRange(calls, (Rig.BreakAfter + 1) / 2, 32);
        var before = calls;
        await Eventually.IsTrueAsync(() => Task.FromResult(calls > before), "it is tried again");
        Assert.True(calls - before < 8, $"{calls - before} calls at once");

        _stack.RunPod.OnRun = null;
        foreach (var jobId in jobs)
        {
            await _stack.SubmittedAsync(jobId);
        }
        Assert.All(jobs, jobId => Assert.Single(_stack.RunPod.JobsOf(jobId)));
        await Eventually.IsTrueAsync(
            () => Task.FromResult(rig.Logs.Lines.Any(line => line.Contains("Endpoint local answers again", StringComparison.Ordinal))),
            "the recovery is logged");
    }

    [Fact]
    public async Task An_endpoint_that_asks_to_wait_gets_no_other_submission_before()
    {
        var user = await _stack.UserAsync(1000);
        var times = new List<DateTimeOffset>();
        _stack.RunPod.OnRun = async (context, job) =>
        {
            lock (times)
            {
                times.Add(TimeProvider.System.GetUtcNow());
            }
            if (times.Count == 1)
            {
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "4");
                return;
            }
            _stack.RunPod.Take(job);
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        var first = await user.CreateAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(times.Count == 1), "it was rejected");
        var second = await user.CreateAsync();
        await _stack.SubmittedAsync(first);
        await _stack.SubmittedAsync(second);
        Assert.Equal(3, times.Count);
        Assert.True(times[1] - times[0] >= TimeSpan.FromSeconds(3.9), $"{times[1] - times[0]}");
    }

    public sealed class Rig : IAsyncLifetime
    {
        public const int BreakAfter = 5;

        public JobsStack Stack { get; } = new();

        public CollectedLogs Logs { get; } = new();

        public RecordedMetrics Metrics { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(
                Logs.Register, ("RunPod:BreakAfter", $"{BreakAfter}"), ("Jobs:MaxBackoffSeconds", "1"),
                ("Logging:LogLevel:ReelBallers.Jobs.EndpointCircuit", "Information"));
            Metrics = new RecordedMetrics(Stack.App.Services);
        }

        public async ValueTask DisposeAsync()
        {
            Metrics.Dispose();
            await Stack.DisposeAsync();
            Logs.Dispose();
        }
    }
}
