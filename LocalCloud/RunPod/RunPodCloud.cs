using System.Text.Json;
using System.Text.Json.Serialization;
using ReelBallers.LocalCloud.Faults;
using ReelBallers.Media;
using ReelBallers.Worker;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>RunPod serverless with one endpoint, whose workers run in this process or outside it.</summary>
internal static class RunPodCloud
{
    /// <summary>The path of the one endpoint.</summary>
    public const string Base = "/v2/local";

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static WebApplication Build(LocalCloudOptions options, FaultStore faults)
    {
        var builder = CloudApp.CreateBuilder(options.RunPodPort);
        // RunPodApi limits the bodies itself, by operation.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(faults)
            .AddSingleton(new WorkerOptions { FfmpegPath = options.FfmpegPath, StandInForModels = true })
            .AddSingleton(options.Time)
            .AddSingleton(new Transfers(options.Time))
            .AddSingleton(services => services.GetRequiredService<WorkerOptions>().Programs)
            .AddSingleton<FfmpegFinder>()
            .AddSingleton<VideoCodecFinder>()
            .AddSingleton<FontFinder>()
            .AddSingleton<WorkerModels>()
            .AddSingleton<VideoWorker>()
            .AddSingleton<JobFiles>()
            .AddSingleton<JobBook>()
            .AddSingleton<Workers>()
            .AddHostedService(services => services.GetRequiredService<Workers>())
            .AddSingleton<OutsideWorkers>()
            .AddHostedService(services => services.GetRequiredService<OutsideWorkers>())
            .AddHostedService<CallbackSender>();

        var app = builder.Build();
        app.UseCuts().UseFaults(CloudName.RunPod, faults);
        app.MapRunPod(app.Services.GetRequiredService<JobBook>(), options);
        return app;
    }
}
