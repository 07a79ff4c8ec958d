using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>What every service does the same.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>The most that a request body may hold, in bytes; a route that needs less or more says so itself.</summary>
    public const int MaxRequestBodyBytes = 1024 * 1024;

    /// <summary>
    /// One HTTP/2-only port for REST and gRPC, strict snake_case JSON, problem details, health checks, telemetry,
    /// the internal credential and the system's clock.
    /// </summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodyBytes;
            // How fast a client must read is the Gateway's to watch. Here one that stalls would end the connection that
            // it shares with everybody else.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.AddCommonDefaults();
        builder.Services.AddSingleton<InternalCredential>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = 4 * 1024 * 1024;
            grpc.Interceptors.Add<RpcExceptionInterceptor>();
            // Its catch-all for unknown services would take POST /api/x of another media type and turn 415 into 404.
            grpc.IgnoreUnknownServices = true;
        });
        return builder;
    }

    /// <summary>The part of the defaults that the Gateway, which speaks HTTP/1.1, shares with the services.</summary>
    public static WebApplicationBuilder AddCommonDefaults(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        // The framework's own request logs hold query strings, and some of ours hold a token. Configuration may ask for more.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Services.Configure<JsonOptions>(json => ConfigureJson(json.SerializerOptions));
        // A malformed body reaches ProblemExceptionHandler, in every environment alike.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.AddTelemetry();
        return builder;
    }

    /// <summary>
    /// The pipeline in front of a service's own routes: errors as problem details in every environment, the internal
    /// credential, the media type of JSON bodies, idempotency, and the health routes. Call it before mapping the routes.
    /// </summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        // What applies to a request follows from its endpoint; nothing here looks at what the client says of it.
        app.UseExceptionHandler();
        app.UseStatusCodePages(Problems.ForBareStatus);
        app.UseMiddleware<InternalCredentialMiddleware>();
        app.UseMiddleware<JsonContentTypeMiddleware>();
        app.UseMiddleware<IdempotencyMiddleware>();
        // A second time, inside idempotency: what a handler throws is an answer too, and is kept like one.
        app.UseExceptionHandler();
        app.MapHealth();
        return app;
    }

    /// <summary><c>/health</c> (ready to serve) and <c>/alive</c> (the process answers).</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") });
    }

    /// <summary>The JSON of the public contract: snake_case, and nothing accepted that is not what it says.</summary>
    public static void ConfigureJson(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.DictionaryKeyPolicy = null;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        // No answer is ever part of a page: a URL in it stays as it is, for people and shells to copy.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new StorableTextConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }
}
