using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.RunPod;

internal static class RunPodCloud
{
    public static WebApplication Build(LocalCloudOptions options, FaultBook faults) =>
        CloudApp.CreateBuilder(options.RunPodPort).Build().UseFaults(CloudName.RunPod, faults);
}
