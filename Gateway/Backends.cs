using System.Net;
using ReelBallers.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ReelBallers.Gateway;

/// <summary>The services behind the Gateway: forwarding, and the response when one is unavailable.</summary>
internal static partial class Backends
{
    /// <summary>The names of those that the health response lists: without Accounts, which only signing in needs.</summary>
    public static readonly string[] Names = ["payments", "wallet", "jobs", "storage"];

    /// <summary>The headers of a client that a service receives as they are, each with one value of printable ASCII characters.</summary>
    public static readonly string[] ClientHeaders =
        ["Content-Type", "Idempotency-Key", "Last-Event-ID", "Stripe-Signature", "svix-id", "svix-timestamp", "svix-signature"];

    // The only headers that are forwarded to a service and to a client.
    private static readonly string[] RequestHeaders =
        [.. ClientHeaders, "Content-Length", Caller.HeaderName, Operator.HeaderName, InternalCredential.HeaderName];

    private static readonly string[] ResponseHeaders =
        ["Content-Type", "Content-Length", "Content-Disposition", "Location", "Retry-After", "Idempotency-Replayed", "Allow",
            "WWW-Authenticate", "X-Accel-Buffering"];

    /// <summary>
    /// Routes and clusters come from the section <c>ReverseProxy</c>. A cluster's address names a service, and service
    /// discovery finds its replicas: <c>services:{name}:http:0</c> and further ones, or else the DNS name.
    /// </summary>
    public static void AddBackends(this WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddConfigFilter<ClusterDefaults>().AddTransforms(Transform).AddServiceDiscoveryDestinationResolver();
        builder.Services.AddSingleton<SignIn>();
        builder.Services.AddSingleton<StreamEnds>();
        builder.Services.AddRequestTimeouts();
        // YARP leaves a replica out for at least as long as it counts failures, which is a minute otherwise.
        builder.Services.Configure<TransportFailureRateHealthPolicyOptions>(
            options => options.DetectionWindowSize = ClusterDefaults.ReactivationPeriod);
        builder.Services.AddSingleton<BackendHealth>();
        builder.Services.AddHttpClient<BackendHealthClient>(client =>
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }).AddServiceDiscovery();
    }

    /// <summary>Forwards the proxied routes to the services.</summary>
    public static void MapBackends(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ReelBallers.Gateway.Backends");
        app.MapReverseProxy(proxy =>
        {
            proxy.Use(async (context, next) =>
            {
                await next(context);
                var deadline = RequestDeadlines.DeadlineOf(context);
                if (context.GetForwarderErrorFeature() is { } error
                    && (deadline.IsCancellationRequested || !context.RequestAborted.IsCancellationRequested))
                {
                    LogForwardingFailed(logger, context.Request.Method, context.Request.Path.ToUriComponent(),
                        Problems.TraceIdOf(context), error.Error, error.Exception?.GetBaseException().Message);
                    deadline.ThrowIfCancellationRequested();
                    await AnswerAsync(context);
                }
            });
            proxy.UseRetries(logger);
            // Between the replicas of a service.
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        }).ConfigureEndpoints((endpoint, route) =>
        {
            var policy = RoutePolicy.From(route);
            endpoint.WithMetadata(policy);
            endpoint.WithDeadline(policy);
        });
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (!context.Response.HasStarted && context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            await RequestDeadlines.ServiceUnavailable(context.Response.StatusCode, RoutePolicy.Of(context)).ExecuteAsync(context);
        }
    }

    private static void Transform(TransformBuilderContext transforms)
    {
        transforms.UseDefaultForwarders = false;
        transforms.AddRequestHeadersAllowed(RequestHeaders);
        transforms.AddRequestTransform(transform =>
        {
            // A client's own header is not among those that are forwarded.
            if (RoutePolicy.Of(transform.HttpContext).PassesAddress && ClientAddress.OfClient(transform.HttpContext) is { } address)
            {
                transform.ProxyRequest.Headers.TryAddWithoutValidation(CallerAddress.HeaderName, address);
            }
            return ValueTask.CompletedTask;
        });
        transforms.AddResponseHeadersAllowed(ResponseHeaders);
        transforms.AddResponseTrailersAllowed();
        var policy = RoutePolicy.From(transforms.Route);
        if (policy.IsStream)
        {
            transforms.AddResponseTransform(transforms.Services.GetRequiredService<StreamEnds>().ApplyAsync);
        }
        if (policy.EndsSessions)
        {
            transforms.AddResponseTransform(transforms.Services.GetRequiredService<AccountEnd>().CompleteAsync);
        }
        // Last: they write the body, and no header can be set from then on.
        if (policy.SignsIn)
        {
            transforms.AddResponseTransform(transforms.Services.GetRequiredService<SignIn>().CompleteAsync);
        }
        if (policy.AddsSessions)
        {
            transforms.AddResponseTransform(transforms.Services.GetRequiredService<SessionExport>().AddAsync);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Method} {Path}, trace {TraceId}, could not be forwarded: {Error}: {Reason}")]
    private static partial void LogForwardingFailed(
        ILogger logger, string method, string path, string traceId, ForwarderError error, string? reason);
}
