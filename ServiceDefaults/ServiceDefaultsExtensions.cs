using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>The common setup of all services.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>The default maximum size of a request body; routes can set their own.</summary>
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
            // The Gateway enforces a minimum read rate. Here a slow client would end a connection that it shares with others.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.AddCommonDefaults();
        builder.Services.AddInternalCredential();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = 4 * 1024 * 1024;
            grpc.Interceptors.Add<RpcExceptionInterceptor>();
            // The catch-all for unknown services would answer 404 instead of 415 to POST requests with a gRPC media type.
            grpc.IgnoreUnknownServices = true;
        });
        // Besides "", which is all checks.
        builder.Services.AddGrpcHealthChecks(health => health.Services.Map("live", check => check.Tags.Contains("live")));
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddGrpcReflection();
        }
        return builder;
    }

    /// <summary>Adds <see cref="InternalCredential"/>.</summary>
    public static IServiceCollection AddInternalCredential(this IServiceCollection services) =>
        services.AddValidatedOptions<InternalOptions>("Internal").AddSingleton<InternalCredential>();

    /// <summary>The part of the defaults that the Gateway, which speaks HTTP/1.1, shares with the services.</summary>
    public static WebApplicationBuilder AddCommonDefaults(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServiceDiscovery();
        // The framework's request logs contain query strings, some of which have a token. Configuration can enable more.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Services.Configure<JsonOptions>(json => ApiJson.Configure(json.SerializerOptions));
        // Malformed bodies are handled by ProblemExceptionHandler in every environment.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.AddTelemetry();
        return builder;
    }

    /// <summary>
    /// The pipeline in front of a service's own routes: errors as problem details in every environment, the internal
    /// credential, the media type of JSON bodies, idempotency, the health routes, the standard gRPC health service, and gRPC
    /// reflection in development. Call it before mapping the routes.
    /// </summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        app.Services.ValidateOptions();
        // Everything here depends on the endpoint only, never on headers that the client controls.
        app.UseExceptionHandler();
        app.UseStatusCodePages(Problems.ForBareStatus);
        app.UseMiddleware<InternalCredentialMiddleware>();
        app.UseJsonContentType();
        app.UseMiddleware<IdempotencyMiddleware>();
        // A second time, inside idempotency, so that error responses are stored like other responses.
        app.UseExceptionHandler();
        app.MapHealth();
        app.MapGrpcHealthChecksService();
        if (app.Environment.IsDevelopment())
        {
            app.MapGrpcReflectionService();
        }
        return app;
    }

    /// <summary>Rejects bodies that are not declared as JSON in UTF-8, where an endpoint of this process expects JSON.</summary>
    public static void UseJsonContentType(this IApplicationBuilder app) => app.UseMiddleware<JsonContentTypeMiddleware>();

    /// <summary><c>/health</c> (ready to serve) and <c>/alive</c> (the process answers).</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") });
    }
}
