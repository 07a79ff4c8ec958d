using System.Net.Http.Headers;

namespace ReelBallers.Benchmarks;

/// <summary>Users with credits, and their requests to the services directly.</summary>
internal sealed class JobsUsers
{
    private const int Count = 2_000;
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Guid[] _ids = [.. Enumerable.Range(0, Count).Select(_ => Guid.NewGuid())];
    private int _next;

    private JobsUsers()
    {
    }

    /// <summary>Funds the wallets.</summary>
    public static async Task<JobsUsers> CreateAsync(ServiceProcess wallet, CancellationToken cancellationToken)
    {
        var users = new JobsUsers();
        await WalletFunds.CreditAsync(wallet, users._ids.Select(id => id.ToString()), cancellationToken);
        return users;
    }

    /// <summary><c>POST /api/jobs</c> of the next user.</summary>
    public HttpRequestMessage CreateJob()
    {
        var (user, number) = Next();
        var body = $$"""
            {"project_id":"benchmark","type":"framing","params":{"source_key":"{{user}}/input/source.mp4"} }
            """;
        return Request(HttpMethod.Post, "/api/jobs", user, body, $"job-{number}");
    }

    /// <summary><c>POST /api/debit</c> of one cent of the next user.</summary>
    public HttpRequestMessage Debit()
    {
        var (user, number) = Next();
        return Request(HttpMethod.Post, "/api/debit", user, $$"""{"job_id":"debit-{{number}}","cost_cents":1}""");
    }

    /// <summary>A request of this user as the Gateway passes it on.</summary>
    public static HttpRequestMessage Request(HttpMethod method, string path, Guid? user, string? body = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add(InternalHeaders.Credential, ServiceProcess.Credential);
        if (user is not null)
        {
            request.Headers.Add(InternalHeaders.UserId, user.ToString());
        }
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        request.Content = body is null ? null : new StringContent(body, Json);
        return request;
    }

    private (Guid User, int Number) Next()
    {
        var number = Interlocked.Increment(ref _next);
        return (_ids[(uint)number % Count], number);
    }
}
