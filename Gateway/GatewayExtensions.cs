using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Registers the Gateway's parts and defines the order of its pipeline.</summary>
internal static class GatewayExtensions
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.ConfigureConnections();
        // The compressed files are beside the others only once the Gateway is published.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddInternalCredential();
        builder.AddSessions();
        builder.AddOperatorRoles();
        builder.Services.AddSingleton<Traffic>();
        builder.Services.AddHostedService<TrafficReports>();
        builder.Services.AddValidatedOptions<ContentSecurityOptions>("ContentSecurity");
        builder.Services.AddSingleton<SecurityHeaders>();
        builder.Services.AddSingleton<RejectedRequests>();
        builder.Services.Replace(ServiceDescriptor.Singleton<DistributedContextPropagator, ClientTraceContext>());
        builder.AddTrustedProxies();
        builder.AddBackends();
        builder.AddUserEvents();
        builder.AddCompression();
        builder.AddAllowedOrigins();
        builder.AddRateLimits();
    }

    public static void UseGateway(this WebApplication app)
    {
        app.Services.ValidateOptions();
        app.Services.GetRequiredService<RejectedRequests>().Subscribe(app.Services.GetRequiredService<DiagnosticListener>());

        app.UseMiddleware<TrafficMiddleware>();
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseExceptionHandler();
        app.UseStatusCodePages(Problems.ForBareStatus);
        app.UseMiddleware<RequestHeadMiddleware>();
        app.UseDefaultFiles();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseMiddleware<CanonicalPathMiddleware>();
        app.UseCompression();
        app.UseCors();
        app.UseMiddleware<IdentityMiddleware>();
        app.UseRateLimits();
        app.UseMiddleware<InvalidBearerMiddleware>();
        app.UseMiddleware<RoleMiddleware>();
        app.UseMiddleware<OriginMiddleware>();
        app.UseMiddleware<RequestBodyMiddleware>();
        app.UseJsonContentType();
        app.UseMiddleware<GuestTopupMiddleware>();
        app.UseMiddleware<RequiredUserMiddleware>();
    }
}
