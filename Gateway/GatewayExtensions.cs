using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>The Gateway's parts, and the order in which a request meets them.</summary>
internal static class GatewayExtensions
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ServiceDefaultsExtensions.MaxRequestBodyBytes;
        });
        builder.Services.AddSingleton<InternalCredential>();
        builder.AddSessions();
        builder.AddServices();
        builder.AddAllowedOrigins();
        builder.AddRateLimits();
    }

    public static void UseGateway(this WebApplication app)
    {
        // A missing key must stop the Gateway at its start, not at the first request.
        app.Services.GetRequiredService<SessionTokens>();
        app.Services.GetRequiredService<InternalCredential>();

        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseExceptionHandler();
        app.UseStatusCodePages(Problems.ForBareStatus);
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.UseRouting();
        app.UseCors();
        app.UseMiddleware<BodyLimitMiddleware>();
        app.UseMiddleware<IdentityMiddleware>();
        app.UseRateLimiter();
        app.UseMiddleware<NewcomerMiddleware>();
    }
}
