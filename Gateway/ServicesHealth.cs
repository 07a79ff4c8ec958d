namespace ReelBallers.Gateway;

/// <summary>Asks every service for its health, all at once, each within two seconds.</summary>
internal sealed class ServicesHealth(HttpClient client, IConfiguration configuration)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyDictionary<string, string>> AskAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(Services.Names.Select(async name => (name, healthy: await IsHealthyAsync(name, cancellationToken))));
        return answers.ToDictionary(answer => answer.name, answer => answer.healthy ? "healthy" : "unhealthy");
    }

    private async Task<bool> IsHealthyAsync(string name, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            using var answer = await client.GetAsync(new Uri(new Uri(Services.Address(configuration, name)), "/health"), timeout.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}

/// <summary>The answer of <c>GET /api/health</c>.</summary>
internal sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, string> Services);

/// <summary><c>GET /api/health</c>: 200 when every service is healthy, else 503 with the same shape.</summary>
internal static class ServicesHealthApi
{
    public static void MapServicesHealth(this WebApplication app) =>
        app.MapGet("/api/health", async (ServicesHealth health, CancellationToken cancellationToken) =>
        {
            var services = await health.AskAsync(cancellationToken);
            var healthy = services.Values.All(status => status == "healthy");
            return TypedResults.Json(
                new HealthAnswer(healthy ? "healthy" : "unhealthy", services),
                statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
}
