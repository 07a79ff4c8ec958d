using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReelBallers.Worker;

RunPodEnvironment? environment;
try
{
    environment = RunPodEnvironment.Read(Environment.GetEnvironmentVariable);
}
catch (InvalidOperationException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true);
builder.Services
    .AddSingleton(WorkerOptions.From(Environment.GetEnvironmentVariable))
    .AddSingleton(TimeProvider.System)
    .AddSingleton<Transfers>()
    .AddSingleton(services => services.GetRequiredService<WorkerOptions>().Programs)
    .AddSingleton<FfmpegFinder>()
    .AddSingleton<VideoCodecFinder>()
    .AddSingleton<FontFinder>()
    .AddSingleton<WorkerModels>()
    .AddSingleton<VideoWorker>();

if (environment is not null)
{
    var patience = Environment.GetEnvironmentVariable("WORKER_SHUTDOWN_SECONDS");
    builder.Services
        .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(
            int.TryParse(patience, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 600))
        .AddSingleton(environment)
        .AddSingleton<RunPodConnection>()
        .AddSingleton<CurrentJob>()
        // Stopped in the reverse order: heartbeats go on until the last job has ended.
        .AddHostedService<Heartbeat>()
        .AddHostedService<StopListener>()
        .AddHostedService<JobLoop>();
}

using var host = builder.Build();
try
{
    // What is missing is said at the start, and not by the first job.
    var ffmpeg = await host.Services.GetRequiredService<FfmpegFinder>().FindAsync(CancellationToken.None);
    await host.Services.GetRequiredService<VideoCodecFinder>().FindAsync(ffmpeg, CancellationToken.None);
    host.Services.GetRequiredService<WorkerModels>().Check();
}
catch (Exception failure) when (failure is FfmpegException or ModelException)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}

if (environment is not null)
{
    await host.RunAsync();
    return 0;
}

if (args is not ["--test_input", var text])
{
    await Console.Error.WriteLineAsync(
        "RunPod starts this program with RUNPOD_WEBHOOK_GET_JOB and others in its environment (docs/worker.md). "
        + "One job without RunPod: --test_input '{\"input\":{…}}'");
    return 2;
}

return await OneJob.RunAsync(host.Services, text);

internal static class OneJob
{
    public static async Task<int> RunAsync(IServiceProvider services, string text)
    {
        try
        {
            using var job = JsonDocument.Parse(text);
            var directory = Path.Combine(services.GetRequiredService<WorkerOptions>().WorkDirectory, Guid.NewGuid().ToString("N"));
            var manifest = await services.GetRequiredService<VideoWorker>()
                .RunAsync(job.RootElement.GetProperty("input"), directory, _ => { }, CancellationToken.None);
            Console.WriteLine(manifest.ToJson().GetRawText());
            return 0;
        }
        catch (Exception failure) when (failure is JobFailedException or JsonException or KeyNotFoundException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
