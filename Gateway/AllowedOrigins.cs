using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// The origins whose pages may call the API from a browser: the Gateway's own (as addressed, or <c>App:Url</c>) and those of
/// <c>Cors:AllowedOrigins</c> (comma separated).
/// </summary>
internal sealed class AllowedOrigins(IOptions<AllowedOriginsOptions> options, IOptions<AppOptions> app)
{
    private readonly string? _own = app.Value.Origin;

    /// <summary>The allowed origins other than the Gateway's own.</summary>
    public string[] Others { get; } = options.Value.Origins;

    /// <summary>Whether a page of this origin may send unsafe requests.</summary>
    public bool Allows(string origin, HttpRequest request) => IsOf(request, origin) || origin == _own || Others.Contains(origin);

    /// <summary>Whether it is the origin that the request is addressed to.</summary>
    public static bool IsOf(HttpRequest request, string origin) => origin == $"{request.Scheme}://{request.Host}";
}

internal static class AllowedOriginsExtensions
{
    public static void AddAllowedOrigins(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<AppOptions>("App");
        builder.Services.AddValidatedOptions<AllowedOriginsOptions>("Cors");
        builder.Services.AddSingleton<AllowedOrigins>();
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<AllowedOrigins>((cors, origins) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins.Others)
            .AllowCredentials()
            .WithMethods("GET", "POST", "PUT", "DELETE")
            .WithHeaders("Content-Type", "Authorization", "Idempotency-Key", "Last-Event-ID", "traceparent")
            .WithExposedHeaders(["Idempotency-Replayed", "Location", "Retry-After", .. RateLimitHeaders.Names])
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }
}
