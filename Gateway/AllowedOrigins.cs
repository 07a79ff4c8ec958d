namespace ReelBallers.Gateway;

/// <summary>The front ends on other origins that may call us from a browser (<c>Cors:AllowedOrigins</c>, comma separated).</summary>
internal static class AllowedOrigins
{
    public static void AddAllowedOrigins(this WebApplicationBuilder builder)
    {
        var origins = (builder.Configuration["Cors:AllowedOrigins"] ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var origin in origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin
                || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            {
                throw new InvalidOperationException(
                    $"Cors:AllowedOrigins: '{origin}' is not an origin. Write scheme://host[:port], without a path or a trailing slash, several separated by commas.");
            }
        }
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins)
            .AllowCredentials()
            .WithMethods("GET", "POST")
            .WithHeaders("Content-Type", "Authorization", "Idempotency-Key", "Last-Event-ID")
            .WithExposedHeaders("Idempotency-Replayed", "Location", "Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }
}
