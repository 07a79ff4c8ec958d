namespace ReelBallers.Benchmarks;

/// <summary>The settings of a replica of Jobs.</summary>
public static class JobsSettings
{
    /// <param name="database">The connection string.</param>
    /// <param name="clouds">What it calls.</param>
    /// <param name="wallet">Null when nothing is charged.</param>
    public static Dictionary<string, string> For(string database, JobsClouds clouds, ServiceProcess? wallet = null) => new()
    {
        ["ConnectionStrings:jobsdb"] = database,
        ["services:wallet:http:0"] = (wallet?.Address ?? clouds.StorageUrl).ToString(),
        ["services:storage:http:0"] = clouds.StorageUrl.ToString(),
        ["App:Url"] = "https://app.test",
        ["RunPod:ApiKey"] = "rp_benchmark",
        ["RunPod:EndpointId"] = "local",
        ["RunPod:BaseUrl"] = clouds.RunPodUrl.ToString(),
        ["RunPod:CallbackKey"] = "callback-key-of-the-benchmark",
        ["RunPod:MinOpenRuns"] = "100000",
        ["RunPod:Endpoints:0:Id"] = "big",
        ["RunPod:Endpoints:0:Types:0"] = "upscale",
        ["Jobs:QueueTimeoutSeconds"] = "36000",
        // As the AppHost starts the services.
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_GCgen0size"] = "400000",
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_EnableWriteXorExecute"] = "0",
    };
}
