using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.R2;

internal static class R2Cloud
{
    public static WebApplication Build(LocalCloudOptions options, FaultBook faults) =>
        CloudApp.CreateBuilder(options.R2Port).Build().UseFaults(CloudName.R2, faults);
}
