using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Runtime;

/// <summary>Starts everything in the order of its waits, says what runs where, and stops everything in the opposite order.</summary>
internal sealed class Orchestrator
{
    private readonly DistributedApplicationBuilder model;
    private readonly Output output;
    private readonly StopSignals stop;
    private readonly Dictionary<IResource, Runner> runners = [];
    private bool ready;

    public Orchestrator(DistributedApplicationBuilder model, IServiceProvider services, Output output, StopSignals stop)
    {
        this.model = model;
        this.output = output;
        this.stop = stop;
        var timeout = int.TryParse(model.Configuration["StartTimeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) ? seconds : 90;
        var context = new RunContext(
            model.Configuration, model.Data, services.GetRequiredService<HealthCheckService>(), output, TimeSpan.FromSeconds(timeout), WriteRunning);
        foreach (var resource in model.Resources)
        {
            switch (resource)
            {
                case ProjectResource project:
                    runners[resource] = new ProjectRunner(project, context);
                    break;
                case PostgresServerResource postgres:
                    runners[resource] = new PostgresRunner(postgres, context);
                    break;
            }
        }
    }

    /// <summary>Returns when it was told to stop, and everything has stopped.</summary>
    /// <exception cref="DistributedApplicationException">Not everything became healthy; what had started is stopped again.</exception>
    public async Task RunAsync()
    {
        var sinceStart = Stopwatch.StartNew();
        output.Expect(runners.Values.Select(runner => runner.Name));
        var waits = WaitGraph.Of(runners.Values);
        await Ports.AllocateAsync(model.Resources, stop.Token);

        var supervised = runners.Values.ToDictionary(runner => runner, runner => StartAsync(runner, waits));
        try
        {
            await WhenAllOrFirstFailureAsync(runners.Values.Select(runner => runner.Healthy));
            ready = true;
            WriteRunning();
            Announce(sinceStart.Elapsed);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            // Told to stop, while running or while starting.
        }
        finally
        {
            stop.Stop();
            await Task.WhenAll(supervised.Values);
            await StopAllAsync();
            model.Data.NothingRuns();
            output.Note("everything has stopped");
        }
    }

    private async Task StartAsync(Runner runner, WaitGraph waits)
    {
        try
        {
            await Task.WhenAll(waits.WaitsOf(runner).Select(other => other.Healthy)).WaitAsync(stop.Token);
        }
        catch (Exception failure) when (failure is DistributedApplicationException or OperationCanceledException)
        {
            return; // Whoever failed says so itself.
        }
        await runner.SuperviseAsync(stop.Token);
    }

    private async Task WhenAllOrFirstFailureAsync(IEnumerable<Task> tasks)
    {
        var open = tasks.ToList();
        while (open.Count > 0)
        {
            var done = await Task.WhenAny(open).WaitAsync(stop.Token);
            await done;
            open.Remove(done);
        }
    }

    /// <summary>Each stops once all that call it have stopped.</summary>
    private Task StopAllAsync()
    {
        var calls = WaitGraph.Of(runners.Values, withReferences: true);
        var stopping = new Dictionary<Runner, Task>();
        return Task.WhenAll(runners.Values.Select(StopAsync));

        Task StopAsync(Runner runner)
        {
            if (!stopping.TryGetValue(runner, out var task))
            {
                stopping[runner] = Task.CompletedTask; // Ends a circle of references.
                stopping[runner] = task = StopAfterAsync(runner, Task.WhenAll(calls.CallersOf(runner).Select(StopAsync)));
            }
            return task;
        }

        async Task StopAfterAsync(Runner runner, Task callers)
        {
            await callers;
            await runner.StopAsync(stop.Force);
        }
    }

    private void WriteRunning() => model.Data.WriteRunning(
        new Running(ready, Environment.ProcessId, runners.Values.Select(runner => runner.Description).ToList()));

    private void Announce(TimeSpan elapsed)
    {
        string[] Row(Runner runner) =>
            [runner.Name, runner.State, string.Join(' ', runner.Urls.Select(url => runner.Urls.Count == 1 ? url.Value : $"{url.Key}={url.Value}")), $"{runner.ProcessId}"];
        output.Table([["name", "state", "where", "pid"], .. runners.Values.Select(Row)]);
        var front = runners.Values.SelectMany(runner => runner.Resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.IsExternal)
            .Select(endpoint => runner.Urls[endpoint.Name]));
        output.Note($"Ready in {elapsed.TotalSeconds:0.0} s: {string.Join(' ', front)} (Ctrl-C stops everything)");
    }
}
