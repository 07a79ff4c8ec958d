using LocalPostgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly.Timeout;

namespace ReelBallers.AppHost;

/// <summary>Aspire's builder, set up for a machine without certificates, launch profile, container engine or user secrets.</summary>
internal static class AppHostBuilder
{
    private const int DashboardPort = 18888;

    /// <summary>
    /// The builder, and the data directory, which this AppHost has to itself from now on: <c>--DataDirectory</c>, by
    /// default <c>.data</c> beside the solution; <c>--reset</c> empties it.
    /// </summary>
    /// <exception cref="DistributedApplicationException">It cannot start; the message says what to do.</exception>
    public static (IDistributedApplicationBuilder Builder, DataDirectory Data) Create(string[] args)
    {
        MistakesAreSentences();
        // A flag alone would take the argument that follows as its value.
        args =
        [
            "--DcpPublisher:WaitForResourceCleanup=true",
            .. args.Select(argument => argument == "--reset" ? "--reset=true" : argument),
        ];
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        SetUpDashboard(configuration);
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = args,
            AllowUnsecuredTransport = true,
            TrustDeveloperCertificate = false,
            DeveloperCertificateDefaultHttpsTerminationEnabled = false,
        });
        HideParametersFromChildren();
        builder.Services.AddLogging(logging => logging
            .AddFilter("Aspire.Hosting", LogLevel.Error)
            // The restarter tells of failed starts, without stack traces.
            .AddFilter("Aspire.Hosting.Dcp", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            // The dashboard shows what is unhealthy, and why; at a start everything is for a while.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            // It calls a start that was stopped a failure, with a stack trace.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None));
        var reset = builder.Configuration.GetValue<bool>("reset");
        if (reset)
        {
            DatabaseServer.RejectResetOfExisting(builder);
        }
        var data = DataDirectory.Open(
            Path.GetFullPath(builder.Configuration["DataDirectory"] ?? "../.data", builder.AppHostDirectory),
            reset);
        // By a factory, so that it is disposed with the application.
        builder.Services.AddSingleton(_ => data);
        builder.Services.AddSingleton(TimeProvider.System);
        // Before Aspire's own: those are done with starting only when every resource has been started.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ConsoleReport>());
        builder.Services.Insert(1, ServiceDescriptor.Singleton<IHostedService, Restarter>());
        builder.Services.Insert(2, ServiceDescriptor.Singleton<IHostedService, ParentWatch>());
        return (builder, data);
    }

    /// <summary>Runs until it is told to stop, which may be before everything has started.</summary>
    /// <exception cref="DistributedApplicationException">It could not start; the message says what to do.</exception>
    public static async Task RunToEndAsync(this DistributedApplication app)
    {
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException)
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (TimeoutRejectedException timeout)
        {
            throw new DistributedApplicationException(
                "Aspire's orchestrator (DCP) did not start in time, so nothing was started. Start again when this machine is less busy. "
                    + "If that does not help, set DCP_DIAGNOSTICS_LOG_LEVEL=debug and DCP_DIAGNOSTICS_LOG_FOLDER to a directory, "
                    + "and read what DCP writes there.",
                timeout);
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    private static void SetUpDashboard(IConfiguration configuration)
    {
        Environment.SetEnvironmentVariable("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true");
        var port = configuration["Parameters:dashboard-port"] ?? configuration["Parameters:dashboard_port"];
        if (port is not null || string.IsNullOrEmpty(configuration["ASPNETCORE_URLS"]))
        {
            var listen = Ports.Choose("dashboard-port", port, DashboardPort);
            Environment.SetEnvironmentVariable("ASPNETCORE_URLS", $"http://localhost:{listen}");
        }
        Default("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", () => $"http://localhost:{FreePort.Take()}");
        // The dashboard goes first at a stop, and services that still have telemetry to deliver would wait for it.
        Default("OTEL_EXPORTER_OTLP_TIMEOUT", () => "1000");
        Default("ASPIRE_DASHBOARD_TELEMETRY_OPTOUT", () => "true");
        Default("ASPIRE_DCP_USE_DEVELOPER_CERTIFICATE", () => "false");
        // All of them share one machine: each takes the memory that it needs, and not what a server would. These are for
        // the local stack alone; .NET reads the numbers as hexadecimal.
        Default("DOTNET_gcServer", () => "0");
        Default("DOTNET_GCgen0size", () => "400000");
        Default("DOTNET_TieredPGO", () => "0");
        Default("DOTNET_EnableWriteXorExecute", () => "0");
        // Of the orchestrator and its monitor processes.
        Default("GOGC", () => "25");

        static void Default(string name, Func<string> value)
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            {
                Environment.SetEnvironmentVariable(name, value());
            }
        }
    }

    /// <summary>What was given to us by the environment is in the configuration by now, and no child is to inherit it.</summary>
    private static void HideParametersFromChildren()
    {
        var names = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("Parameters__", StringComparison.OrdinalIgnoreCase) || name == "DataDirectory");
        foreach (var name in names.ToList())
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    /// <summary>What a person did wrong is told without a stack trace.</summary>
    private static void MistakesAreSentences() => AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
    {
        if (unhandled.ExceptionObject is DistributedApplicationException or PostgresStartException)
        {
            Console.Error.WriteLine(((Exception)unhandled.ExceptionObject).Message);
            Environment.Exit(1);
        }
    };
}
