using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ReelBallers.LocalCloud;

/// <summary>What the web servers of all the clouds have in common.</summary>
internal static class CloudApp
{
    /// <summary>A server that listens on the loopback addresses only.</summary>
    public static WebApplicationBuilder CreateBuilder(int port)
    {
        // There are no settings to watch; watching them takes one of the few inotify instances that a user may have.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (port == 0)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
            else
            {
                kestrel.ListenLocalhost(port);
            }
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // An unhandled exception is answered and logged by Kestrel; the host's own notice of a taken port is thrown to us as well.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        return builder;
    }

    /// <summary>The address of a server that has started.</summary>
    public static Uri Address(this WebApplication app)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return new Uri(bound.Replace("[::1]", "127.0.0.1", StringComparison.Ordinal));
    }
}
