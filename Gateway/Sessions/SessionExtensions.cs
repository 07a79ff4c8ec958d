using Microsoft.Extensions.Diagnostics.HealthChecks;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Registers sessions and the Gateway's database, which stores the revoked ones and those of users who have signed in.</summary>
internal static class SessionExtensions
{
    /// <summary>Needs <c>Session:SigningKey</c> and <c>ConnectionStrings:gatewaydb</c>.</summary>
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        // Without its database the Gateway opens no session of an account, lists none and ends none; it does everything else.
        builder.AddDatabase<GatewayDbContext>("gatewaydb", failureStatus: HealthStatus.Degraded);
        builder.Services.AddValidatedOptions<SessionOptions>("Session");
        builder.Services.AddSingleton<DatabaseClock>();
        builder.Services.AddSingleton<SessionTokens>();
        builder.Services.AddSingleton<RevokedSessions>();
        builder.Services.AddSingleton<RevokedUsers>();
        builder.Services.AddSingleton<KnownSessions>();
        builder.Services.AddSingleton<SessionExport>();
        builder.Services.AddSingleton<SessionActivity>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SessionActivity>());
        builder.Services.AddHostedService<RevocationPoll>();
    }
}
