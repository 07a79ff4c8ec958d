using Microsoft.Extensions.Diagnostics.HealthChecks;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Registers sessions and the Gateway's database, which stores the revoked ones.</summary>
internal static class SessionExtensions
{
    /// <summary>Needs <c>Session:SigningKey</c> and <c>ConnectionStrings:gatewaydb</c>.</summary>
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        // Without its database the Gateway does everything except logouts.
        builder.AddDatabase<GatewayDbContext>("gatewaydb", failureStatus: HealthStatus.Degraded);
        builder.Services.AddValidatedOptions<SessionOptions>("Session");
        builder.Services.AddSingleton<SessionTokens>();
        builder.Services.AddSingleton<RevokedSessions>();
        builder.Services.AddHostedService<RevocationPoll>();
    }
}
