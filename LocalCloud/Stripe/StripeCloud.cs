using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Stripe;

internal static class StripeCloud
{
    public static WebApplication Build(LocalCloudOptions options, FaultBook faults) =>
        CloudApp.CreateBuilder(options.StripePort).Build().UseFaults(CloudName.Stripe, faults);
}
