namespace ReelBallers.Gateway;

/// <summary>Queries the health of all services in parallel, each with a timeout of two seconds.</summary>
internal sealed class BackendHealthClient(HttpClient client)
{
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyDictionary<string, string>> AskAsync()
    {
        var answers = await Task.WhenAll(Backends.Names.Select(async name => (name, healthy: await IsHealthyAsync(name))));
        return answers.ToDictionary(answer => answer.name, answer => answer.healthy ? "healthy" : "unhealthy");
    }

    private async Task<bool> IsHealthyAsync(string name)
    {
        using var timeout = new CancellationTokenSource(HealthTimeout);
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://{name}/health"), timeout.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>
/// The services' health, cached for a second. Concurrent requests share one query, which is not cancelled when the client
/// that started it disconnects.
/// </summary>
internal sealed class BackendHealth(IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private Task<IReadOnlyDictionary<string, string>>? _answer;
    private long _askedAt;

    public Task<IReadOnlyDictionary<string, string>> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_answer is null || (_answer.IsCompleted && time.GetElapsedTime(_askedAt) >= MaxAge))
            {
                (_answer, _askedAt) = (AskAsync(), time.GetTimestamp());
            }
            return _answer.WaitAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> AskAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<BackendHealthClient>().AskAsync();
    }
}

/// <summary>The response of <c>GET /api/health</c>.</summary>
internal sealed record HealthResponse(string Status, IReadOnlyDictionary<string, string> Services);

/// <summary><c>GET /api/health</c>: 200 when every service is healthy, else 503 with the same shape.</summary>
internal static class BackendHealthApi
{
    public static void MapBackendHealth(this WebApplication app) =>
        app.MapGet("/api/health", async (BackendHealth health, HttpResponse response, CancellationToken cancellationToken) =>
        {
            var services = await health.GetAsync(cancellationToken);
            var healthy = services.Values.All(status => status == "healthy");
            if (!healthy)
            {
                response.Headers.RetryAfter = "5";
            }
            return TypedResults.Json(
                new HealthResponse(healthy ? "healthy" : "unhealthy", services),
                statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).WithMetadata(new RoutePolicy(Access.Public, IsHealthCheck: true)).Produces<HealthResponse>();
}
