namespace ReelBallers.Gateway;

/// <summary>
/// The origins whose pages may call the API from a browser: the Gateway's own (as addressed, or <c>App:Url</c>) and those of
/// <c>Cors:AllowedOrigins</c> (comma separated).
/// </summary>
internal sealed class AllowedOrigins
{
    private readonly string? _own;

    /// <exception cref="InvalidOperationException">A value is not an origin.</exception>
    public AllowedOrigins(IConfiguration configuration)
    {
        Others = Read(configuration, "Cors:AllowedOrigins");
        _own = Uri.TryCreate(configuration["App:Url"], UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Authority) : null;
    }

    /// <summary>The allowed origins other than the Gateway's own.</summary>
    public string[] Others { get; }

    /// <summary>Whether a page of this origin may send unsafe requests.</summary>
    public bool Allows(string origin, HttpRequest request) =>
        origin == $"{request.Scheme}://{request.Host}" || origin == _own || Others.Contains(origin);

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
                    $"{key}: '{origin}' is not an origin. "
                    + "Use scheme://host[:port] without a path or a trailing slash; separate several by commas.");
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
            .WithOrigins(origins.Others)
            .AllowCredentials()
            .WithMethods("GET", "POST")
            .WithHeaders("Content-Type", "Authorization", "Idempotency-Key", "Last-Event-ID")
            .WithExposedHeaders("Idempotency-Replayed", "Location", "Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }
}
