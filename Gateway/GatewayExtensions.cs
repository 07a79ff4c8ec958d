using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Registers the Gateway's parts and defines the order of its pipeline.</summary>
internal static class GatewayExtensions
{
    private const int MaxRequestHeadersBytes = 16 * 1024;

    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ServiceDefaultsExtensions.MaxRequestBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxRequestHeadersBytes;
            RejectedRequests.Configure(kestrel);
        });
        builder.Services.AddInternalCredential();
        builder.AddSessions();
        builder.Services.AddValidatedOptions<ContentSecurityOptions>("ContentSecurity");
        builder.Services.AddSingleton<SecurityHeaders>();
        builder.Services.AddSingleton<RejectedRequests>();
        builder.Services.Replace(ServiceDescriptor.Singleton<DistributedContextPropagator, ClientTraceContext>());
        builder.AddTrustedProxies();
        builder.AddBackends();
        builder.AddAllowedOrigins();
        builder.AddRateLimits();
    }

    public static void UseGateway(this WebApplication app)
    {
        app.Services.ValidateOptions();
        app.Services.GetRequiredService<RejectedRequests>().Subscribe(app.Services.GetRequiredService<DiagnosticListener>());

        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseExceptionHandler();
        app.UseStatusCodePages(Problems.ForBareStatus);
        app.UseMiddleware<RequestHeadMiddleware>();
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.UseRouting();
        app.UseMiddleware<CanonicalPathMiddleware>();
        app.UseCors();
        app.UseMiddleware<IdentityMiddleware>();
        app.UseRateLimits();
        app.UseMiddleware<InvalidBearerMiddleware>();
        app.UseMiddleware<OriginMiddleware>();
        app.UseMiddleware<RequestBodyMiddleware>();
        app.UseMiddleware<GuestTopupMiddleware>();
    }
}
