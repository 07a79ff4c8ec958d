using System.Net;
using ReelBallers.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace ReelBallers.Gateway;

/// <summary>The services behind the Gateway: their addresses, the way to them, and what is said when one is away.</summary>
internal static partial class Services
{
    /// <summary>As they stand in the health answer.</summary>
    public static readonly string[] Names = ["payments", "wallet", "jobs", "storage"];

    /// <summary>Routes come from the section <c>ReverseProxy</c>, addresses from <c>services:{name}:http:0</c>.</summary>
    public static void AddServices(this WebApplicationBuilder builder)
    {
        foreach (var name in Names)
        {
            builder.Configuration[$"ReverseProxy:Clusters:{name}:Destinations:only:Address"] = Address(builder.Configuration, name);
        }
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        builder.Services.AddHttpClient<ServicesHealth>(client =>
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        });
    }

    /// <summary>Where a service listens.</summary>
    public static string Address(IConfiguration configuration, string name) => configuration[$"services:{name}:http:0"]
        ?? throw new InvalidOperationException($"services:{name}:http:0 is not set: the address of the {name} service.");

    /// <summary>Hands everything else under the routes on to the services.</summary>
    public static void MapServices(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ReelBallers.Gateway.Services");
        app.MapReverseProxy(proxy => proxy.Use(async (context, next) =>
        {
            await next(context);
            if (context.GetForwarderErrorFeature() is not { } error || context.RequestAborted.IsCancellationRequested)
            {
                return;
            }
            LogAway(logger, context.Request.Method, context.Request.Path, error.Error, error.Exception?.GetBaseException().Message);
            if (!context.Response.HasStarted && context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            {
                await Problems.Of(context.Response.StatusCode, "service_unavailable", "Service unavailable",
                    "A service did not answer. Repeat the request with the same Idempotency-Key: nothing is done twice.").ExecuteAsync(context);
            }
        }));
    }

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} could not be handed on: {Error}: {Reason}")]
    private static partial void LogAway(ILogger logger, string method, string path, ForwarderError error, string? reason);
}
