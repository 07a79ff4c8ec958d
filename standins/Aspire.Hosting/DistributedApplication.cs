using Aspire.Hosting.Runtime;
using LocalPostgres;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>An application of several processes, started and watched together.</summary>
public sealed class DistributedApplication : IAsyncDisposable
{
    private readonly DistributedApplicationBuilder model;
    private readonly ServiceProvider services;

    internal DistributedApplication(DistributedApplicationBuilder model)
    {
        this.model = model;
        services = model.Services.BuildServiceProvider();
    }

    /// <summary>What was registered in the builder's services.</summary>
    public IServiceProvider Services => services;

    /// <summary>Collects what an application consists of.</summary>
    /// <param name="args">Configuration as <c>--Key=value</c>, and <c>--reset</c>, which empties the data directory first.</param>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
        {
            // A model that cannot be: for a person, without a stack trace.
            if (failure.ExceptionObject is DistributedApplicationException refusal)
            {
                new Output().Fail(refusal.Message);
                Environment.Exit(1);
            }
        };
        return new DistributedApplicationBuilder(args);
    }

    /// <summary>
    /// Starts everything and keeps it running, until Ctrl-C, SIGTERM or the token ends it.
    /// What hinders it is said on standard error, and makes the exit code of this process 1.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var output = new Output();
        using var stop = new StopSignals(output, cancellationToken);
        try
        {
            using var held = await model.Data.OpenAsync(output, stop.Token);
            await new Orchestrator(model, services, output, stop).RunAsync();
        }
        catch (Exception failure) when (failure is DistributedApplicationException or PostgresStartException)
        {
            output.Fail(failure.Message);
            Environment.ExitCode = 1;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            // Stopped before anything had started.
        }
    }

    /// <inheritdoc cref="RunAsync"/>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => services.DisposeAsync();
}
