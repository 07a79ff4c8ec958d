using Yarp.ReverseProxy.Forwarder;

namespace ReelBallers.Gateway;

/// <summary>
/// Sends a request that a replica could not answer to another one. Only where a repetition does nothing twice: GET requests,
/// and those with an <c>Idempotency-Key</c>, which a service executes once.
/// </summary>
internal static partial class BackendRetries
{
    /// <summary>How many replicas a request is sent to at most.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Adds the retries in front of load balancing, which chooses among the replicas that are left.</summary>
    public static void UseRetries(this IReverseProxyApplicationBuilder proxy, ILogger logger) => proxy.Use(async (context, next) =>
    {
        var feature = context.GetReverseProxyFeature();
        // Load balancing leaves only the one that it has chosen.
        var replicas = feature.AvailableDestinations;
        await next(context);
        for (var attempt = 1; attempt < MaxAttempts && MayRepeat(context); attempt++)
        {
            replicas = [.. replicas.Where(replica => replica != feature.ProxiedDestination)];
            if (replicas.Count == 0)
            {
                return;
            }
            feature.AvailableDestinations = replicas;
            LogRetry(logger, context.Request.Method, context.Request.Path.ToUriComponent(), context.GetForwarderErrorFeature()?.Error);
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.Clear();
            if (context.Request.Body.CanSeek)
            {
                context.Request.Body.Position = 0;
            }
            await next(context);
        }
    });

    private static bool MayRepeat(HttpContext context) =>
        // The replica was not reached, or it went away before it answered.
        context.GetForwarderErrorFeature() is { Error: ForwarderError.Request or ForwarderError.RequestBodyDestination }
        && !context.Response.HasStarted
        && !context.RequestAborted.IsCancellationRequested
        && (HttpMethods.IsGet(context.Request.Method) || context.Request.Headers.ContainsKey("Idempotency-Key"));

    [LoggerMessage(LogLevel.Information, "{Method} {Path} is sent to another replica: {Error}")]
    private static partial void LogRetry(ILogger logger, string method, string path, ForwarderError? error);
}
