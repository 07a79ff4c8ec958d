namespace ReelBallers.Gateway;

/// <summary>
/// The pages that may call us from a browser: our own, under the address that it was called by or <c>App:Url</c>, and the
/// front ends on other origins of <c>Cors:AllowedOrigins</c> (comma separated).
/// </summary>
internal sealed class AllowedOrigins
{
    private readonly string? _own;

    /// <exception cref="InvalidOperationException">A value is not an origin.</exception>
    public AllowedOrigins(IConfiguration configuration)
    {
        Elsewhere = Read(configuration, "Cors:AllowedOrigins");
        _own = Uri.TryCreate(configuration["App:Url"], UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Authority) : null;
    }

    /// <summary>The front ends on other origins.</summary>
    public string[] Elsewhere { get; }

    /// <summary>Whether a page of this origin may send unsafe requests.</summary>
    public bool Allows(string origin, HttpRequest request) =>
        origin == $"{request.Scheme}://{request.Host}" || origin == _own || Elsewhere.Contains(origin);

    /// <summary>Reads a comma separated list of origins.</summary>
    /// <exception cref="InvalidOperationException">A value is not an origin.</exception>
    public static string[] Read(IConfiguration configuration, string key)
    {
        var origins = (configuration[key] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var origin in origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin
                || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            {
                throw new InvalidOperationException(
                    $"{key}: '{origin}' is not an origin. Write scheme://host[:port], without a path or a trailing slash, several separated by commas.");
            }
        }
        return origins;
    }
}

internal static class AllowedOriginsExtensions
{
    public static void AddAllowedOrigins(this WebApplicationBuilder builder)
    {
        var origins = new AllowedOrigins(builder.Configuration);
        builder.Services.AddSingleton(origins);
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins.Elsewhere)
            .AllowCredentials()
            .WithMethods("GET", "POST")
            .WithHeaders("Content-Type", "Authorization", "Idempotency-Key", "Last-Event-ID")
            .WithExposedHeaders("Idempotency-Replayed", "Location", "Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }
}
