using System.Runtime.InteropServices;
using ReelBallers.LocalCloud;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
using var logging = LoggerFactory.Create(builder => builder.AddSimpleConsole(console => console.SingleLine = true));
var log = logging.CreateLogger("ReelBallers.LocalCloud");

var stop = new TaskCompletionSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

try
{
    var options = LocalCloudOptions.From(configuration);
    await using var clouds = await LocalCloudHost.StartAsync(options, CancellationToken.None);
    Startup.Listening(log, "Stripe", clouds.StripeUrl);
    Startup.Listening(log, "RunPod", clouds.RunPodUrl);
    Startup.Listening(log, "R2", clouds.R2Url);
    Startup.Listening(log, "Resend", clouds.ResendUrl);
    Startup.Listening(log, "TradingView", clouds.TradingViewUrl);
    Startup.Listening(log, "OpenID", clouds.OpenIdUrl);
    Startup.Listening(log, "Control", clouds.ControlUrl);
    await stop.Task;
    return 0;
}
catch (Exception failure) when (failure is IOException or InvalidOperationException)
{
    Startup.Failed(log, failure.Message);
    return 1;
}

internal static partial class Startup
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Cloud} listens on {Url}")]
    public static partial void Listening(ILogger log, string cloud, Uri url);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The offline clouds could not start: {Reason}")]
    public static partial void Failed(ILogger log, string reason);
}
