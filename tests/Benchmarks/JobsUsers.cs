namespace ReelBallers.Benchmarks;

/// <summary>Users with credits, and their requests to the services directly.</summary>
internal sealed class JobsUsers
{
    private const int Count = 2_000;

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
        return ServiceRequest.Create(HttpMethod.Post, "/api/jobs", user.ToString(), body, $"job-{number}");
    }

    /// <summary><c>POST /api/debit</c> of one cent of the next user.</summary>
    public HttpRequestMessage Debit()
    {
        var (user, number) = Next();
        return ServiceRequest.Create(HttpMethod.Post, "/api/debit", user.ToString(), ServiceRequest.DebitBody($"debit-{number}"));
    }

    private (Guid User, int Number) Next()
    {
        var number = Interlocked.Increment(ref _next);
        return (_ids[(uint)number % Count], number);
    }
}
