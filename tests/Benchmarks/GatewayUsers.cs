using System.Net.Http.Json;
using System.Text.Json;

namespace ReelBallers.Benchmarks;

/// <summary>Users with a session at the Gateway, an address and credits, and the requests that they make.</summary>
internal sealed class GatewayUsers
{
    // Enough that a user stays within the Gateway's limits at any rate that two cores reach.
    private const int Count = 2_000;

    private readonly (string Id, string Token, string Address)[] _users;
    private long _debits;
    private int _next;

    private GatewayUsers((string Id, string Token, string Address)[] users) => _users = users;

    /// <summary>Opens the sessions and funds the wallets.</summary>
    public static async Task<GatewayUsers> CreateAsync(ServiceProcess wallet, ServiceProcess gateway, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = gateway.Address };
        var users = new (string Id, string Token, string Address)[Count];
        await Parallel.ForAsync(
            0, Count, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken },
            async (index, cancellation) =>
            {
                var address = $"10.0.{index / 250}.{(index % 250) + 1}";
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session");
                request.Headers.Add("X-Forwarded-For", address);
                using var response = await http.SendAsync(request, cancellation);
                var session = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellation);
                var id = session.GetProperty("uid").GetString()!;
                users[index] = (id, session.GetProperty("token").GetString()!, address);
            });
        await WalletFunds.CreditAsync(wallet, users.Select(user => user.Id), cancellationToken);
        return new GatewayUsers(users);
    }

    /// <summary>The users' ids.</summary>
    public IEnumerable<string> Ids => _users.Select(user => user.Id);

    /// <summary><c>GET /api/wallet</c> of the next user.</summary>
    public HttpRequestMessage ReadBalance(bool viaGateway) => Request(HttpMethod.Get, "/api/wallet", Next(), viaGateway);

    /// <summary><c>POST /api/debit</c> of one cent of the next user.</summary>
    public HttpRequestMessage Debit(bool viaGateway) => Debit(Next(), viaGateway);

    /// <summary>The same, of the first user and to the Wallet directly.</summary>
    public HttpRequestMessage DebitHot() => Debit(_users[0], viaGateway: false);

    /// <summary>Checks that every debit is stored exactly once.</summary>
    /// <exception cref="BenchmarkException">The ledger differs.</exception>
    public async Task VerifyAsync(string database, CancellationToken cancellationToken)
    {
        var stored = await BenchmarkServer.ScalarAsync<long>(database, "SELECT count(*) FROM transfers", cancellationToken);
        if (stored != Count + _debits)
        {
            throw new BenchmarkException($"The ledger is wrong: {_debits} debits were confirmed, {stored - Count} are stored.");
        }
    }

    private HttpRequestMessage Debit((string Id, string Token, string Address) user, bool viaGateway)
    {
        var body = ServiceRequest.DebitBody($"job-{Interlocked.Increment(ref _debits)}");
        return Request(HttpMethod.Post, "/api/debit", user, viaGateway, body);
    }

    private (string Id, string Token, string Address) Next() => _users[(uint)Interlocked.Increment(ref _next) % Count];

    private static HttpRequestMessage Request(
        HttpMethod method, string path, (string Id, string Token, string Address) user, bool viaGateway, string? body = null)
    {
        if (!viaGateway)
        {
            return ServiceRequest.Create(method, path, user.Id, body);
        }
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("Cookie", $"uid={user.Token}");
        request.Headers.Add("X-Forwarded-For", user.Address);
        request.Content = body is null ? null : ServiceRequest.Content(body);
        return request;
    }
}
