using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>
/// Payments, Wallet and Storage with their databases, and LocalCloud's Stripe. Shared by all tests, which run sequentially, so that
/// a scripted fault affects no other test. Each test has its own user.
/// </summary>
public partial class Stack : IAsyncLifetime
{
    public const string WebhookSecret = "whsec_local";

    private readonly HttpClient _plain = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private TestDatabase _walletDatabase = null!;
    private ServiceApp _wallet = null!;
    private ServiceApp _storage = null!;
    private WebhookRelay _relay = null!;

    internal TestDatabase Database { get; private set; } = null!;

    internal TestClouds Clouds { get; private set; } = null!;

    internal ServiceApp Payments { get; private set; } = null!;

    internal TcpGate WalletGate { get; private set; } = null!;

    internal TcpGate WalletDatabaseGate { get; private set; } = null!;

    internal TestDatabase StorageDatabase { get; private set; } = null!;

    internal TcpGate StorageGate { get; private set; } = null!;

    internal WalletService.WalletServiceClient WalletClient { get; private set; } = null!;

    internal IStripeClient Stripe { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _relay = await WebhookRelay.StartAsync();
        Clouds = await TestClouds.StartAsync(_relay.Url);
        _walletDatabase = await TestDatabase.CreateAsync();
        Database = await TestDatabase.CreateAsync();
        WalletDatabaseGate = TcpGate.Open(_walletDatabase);
        _wallet = await ServiceApp.StartAsync(
            "Wallet", [new("ConnectionStrings:walletdb", WalletDatabaseGate.ConnectionString(_walletDatabase))]);
        WalletClient = new WalletService.WalletServiceClient(_wallet.Invoker());
        WalletGate = TcpGate.Open(_wallet.Address);
        StorageDatabase = await TestDatabase.CreateAsync();
        _storage = await ServiceApp.StartAsync("Storage", Clouds.StorageSettings(StorageDatabase));
        StorageGate = TcpGate.Open(_storage.Address);
        Payments = await StartPaymentsAsync();
        _relay.Target = Payments.CreateClient();
        Stripe = new StripeClient(new StripeClientOptions
        {
            ApiKey = "sk_test_local",
            ApiBase = Clouds.Host.StripeUrl.ToString()
            .TrimEnd('/')
        });
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Payments.DisposeAsync();
        await WalletGate.DisposeAsync();
        await _wallet.DisposeAsync();
        await WalletDatabaseGate.DisposeAsync();
        await StorageGate.DisposeAsync();
        await _storage.DisposeAsync();
        await Clouds.DisposeAsync();
        await _relay.DisposeAsync();
        await StorageDatabase.DisposeAsync();
        await Database.DisposeAsync();
        await _walletDatabase.DisposeAsync();
        _plain.Dispose();
    }

    /// <summary>Another replica, on the same database.</summary>
    internal Task<ServiceApp> StartPaymentsAsync(params (string Key, string Value)[] settings)
    {
        return ServiceApp.StartAsync("Payments",
            Settings(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)));
    }

    /// <summary>As above, with its log at level Information.</summary>
    internal Task<ServiceApp> StartPaymentsAsync(CollectedLogs log, params (string Key, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        all["Logging:LogLevel:Default"] = "Information";
        return ServiceApp.StartAsync("Payments", Settings(all), log.Register);
    }

    /// <summary>Further settings of all replicas.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> More => [];

    /// <summary>A secret that must not be logged.</summary>
    internal string Secret => WebhookSecret;

    /// <summary>The service's settings, with these added.</summary>
    internal Dictionary<string, string?> Settings(Dictionary<string, string?> more)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:paymentsdb"] = Database.ConnectionString,
            ["services:wallet:http:0"] = WalletGate.Address.ToString(),
            ["services:storage:http:0"] = StorageGate.Address.ToString(),
            ["Stripe:SecretKey"] = "sk_test_local",
            ["Stripe:WebhookSecret"] = WebhookSecret,
            ["Stripe:ApiBase"] = Clouds.Host.StripeUrl.ToString(),
            ["App:Url"] = "http://app.test:8080/",
            // One test's faults must not open the circuit for the next; and tests start the reconciler themselves.
            ["Stripe:BreakAfter"] = "100000",
            ["Checkout:LookEverySeconds"] = "0",
            ["Reconciler:IntervalSeconds"] = "86400",
            ["Reconciler:GraceSeconds"] = "0",
        };
        foreach (var (key, value) in More.Concat(more))
        {
            all[key] = value;
        }
        return all;
    }

    /// <summary>Scripts a fault until the returned scope is disposed.</summary>
    internal async Task<IAsyncDisposable> FaultAsync(
        string kind, string match, int? times = null, int? status = null, int? delayMs = null, int? retryAfterSeconds = null,
        bool? shouldRetry = null, string cloud = "stripe")
    {
        var body = new Dictionary<string, object> { ["cloud"] = cloud, ["kind"] = kind, ["match"] = match };
        if (times is not null)
        {
            body["times"] = times;
        }
        if (status is not null)
        {
            body["status"] = status;
        }
        if (delayMs is not null)
        {
            body["delay_ms"] = delayMs;
        }
        if (retryAfterSeconds is not null)
        {
            body["retry_after_seconds"] = retryAfterSeconds;
        }
        if (shouldRetry is not null)
        {
            body["should_retry"] = shouldRetry;
        }
        using var answer = await _plain.PostAsJsonAsync(new Uri(Clouds.Host.ControlUrl, "/faults"), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return new Scope(async () => (await _plain.DeleteAsync(new Uri(Clouds.Host.ControlUrl, "/faults"))).Dispose());
    }

    /// <summary>How often the first scripted fault was applied.</summary>
    internal async Task<int> StruckAsync()
    {
        var faults = JsonDocument.Parse(await _plain.GetStringAsync(new Uri(Clouds.Host.ControlUrl, "/faults")));
        return faults.RootElement.GetProperty("faults")[0].GetProperty("struck").GetInt32();
    }

    /// <summary>Sends a request like the Gateway for this user.</summary>
    internal async Task<Answer> SendAsync(
        HttpMethod method, string path, Guid? userId = null, string? json = null, string? idempotencyKey = null,
        ServiceApp? replica = null)
    {
        using var client = (replica ?? Payments).CreateClient(userId);
        using var request = new HttpRequestMessage(
            method, path)
        { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        if (json is not null)
        {
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        }
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new Answer(
            (int)answer.StatusCode,
            text.Length == 0 ? default : JsonDocument.Parse(text).RootElement,
            answer.Headers.Contains("Idempotency-Replayed"));
    }

    internal async Task<TopupResponse> TopupAsync(Guid userId, string json, string? idempotencyKey = null)
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/topup", userId, json, idempotencyKey);
        Assert.True(answer.Status == 200, answer.ToString());
        return new TopupResponse(answer.Text("checkout_url"), answer.Text("session_id"));
    }

    internal async Task<string> StatusAsync(Guid userId, string sessionId) =>
        (await SendAsync(HttpMethod.Get, $"/api/topup/{sessionId}", userId)).Text("status");

    /// <summary>The status in the row, without asking Stripe.</summary>
    internal async Task<CheckoutStatus> RowStatusAsync(string sessionId) =>
        (CheckoutStatus)await Database.ScalarAsync<short>($"select status from checkouts where session_id = '{sessionId}'");

    /// <summary>Posts the hosted page's form; returns the status and the redirect.</summary>
    internal async Task<(int Status, Uri? Location)> PayAsync(string checkoutUrl, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
        using var answer = await _plain.PostAsync(new Uri(checkoutUrl), content);
        return ((int)answer.StatusCode, answer.Headers.Location);
    }

    internal async Task PayByCardAsync(string checkoutUrl) =>
        Assert.Equal(303, (await PayAsync(checkoutUrl, ("card_number", "4242424242424242"))).Status);

    internal async Task<long> BalanceAsync(Guid userId) =>
        (await WalletClient.GetBalanceAsync(new GetBalanceRequest { UserId = userId.ToString() })).BalanceCents;

    internal async Task<IReadOnlyList<Entry>> StatementAsync(Guid userId) =>
        (await WalletClient.ListEntriesAsync(new ListEntriesRequest { UserId = userId.ToString() })).Entries;

    internal Task BalanceBecomesAsync(Guid userId, long cents) =>
        Eventually.BecomesAsync(() => BalanceAsync(userId), balance => balance == cents, $"a balance of {cents}");

    internal Task<Session> SessionAsync(string sessionId) => new SessionService(Stripe).GetAsync(sessionId);

    /// <summary>Delivers an event with a valid signature.</summary>
    internal Task<Answer> DeliverAsync(
        string body, string? secret = WebhookSecret, long ageSeconds = 0, string? header = null, string path = "/api/webhooks/stripe",
        ServiceApp? replica = null)
    {
        return DeliverAsync(System.Text.Encoding.UTF8.GetBytes(body), secret, ageSeconds, header, path, replica);
    }

    /// <summary>As above, for any bytes.</summary>
    internal async Task<Answer> DeliverAsync(
        byte[] body, string? secret = WebhookSecret, long ageSeconds = 0, string? header = null, string path = "/api/webhooks/stripe",
        ServiceApp? replica = null)
    {
        using var client = (replica ?? Payments).CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        if (header is null && secret is not null)
        {
            header = SignatureOf(body, secret, ageSeconds);
        }
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Stripe-Signature", header);
        }
        using var answer = await client.SendAsync(request);
        return new Answer((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement, false);
    }

    /// <summary>Stripe's signature header for these bytes.</summary>
    internal static string SignatureOf(byte[] body, string secret = WebhookSecret, long ageSeconds = 0)
    {
        var signedAt = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - ageSeconds)
            .ToString(System.Globalization.CultureInfo.InvariantCulture);
        byte[] signed = [.. System.Text.Encoding.ASCII.GetBytes($"{signedAt}."), .. body];
        var key = System.Text.Encoding.UTF8.GetBytes(secret);
        return $"t={signedAt},v1={Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(key, signed))}";
    }

    internal static string EventOf(string type, string sessionId, string? id = null, string paymentStatus = "paid") =>
        $$$"""
        {
          "id": "{{{id ?? NewEventId()}}}", "object": "event", "api_version": "2026-10-28.endive", "created": 1700000000,
          "livemode": false,
          "pending_webhooks": 1, "type": "{{{type}}}",
          "data": { "object": { "id": "{{{sessionId}}}", "object": "checkout.session", "payment_status": "{{{paymentStatus}}}",
              "status": "complete" } }
        }
        """;

    internal static string NewEventId() => $"evt_test_{Guid.NewGuid():N}";

    /// <summary>State and outcome of a stored event.</summary>
    internal async Task<(EventState State, string Outcome)> EventAsync(string id) => (
        (EventState)await Database.ScalarAsync<short>($"select state from stripe_events where id = '{id}'"),
        await Database.ScalarAsync<string>($"select coalesce(outcome, '') from stripe_events where id = '{id}'"));

    private sealed class Scope(Func<Task> end) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await end();
    }
}

/// <summary>A REST response.</summary>
internal sealed record Answer(int Status, JsonElement Body, bool IsReplayed)
{
    public string Text(string field) => Body.GetProperty(field).GetString()!;

    public long Number(string field) => Body.GetProperty(field).GetInt64();

    public string Code => Text("code");

    public override string ToString() => $"{Status} {Body}";
}

/// <summary>Shared by all that neither waits long nor depends on what is open.</summary>
[CollectionDefinition(Name)]
public sealed class StackCollection : ICollectionFixture<Stack>
{
    public const string Name = "stack";
}

/// <summary>Tests that wait for retries, beside the others.</summary>
[CollectionDefinition(Name)]
public sealed class OutageCollection : ICollectionFixture<Stack>
{
    public const string Name = "outages";
}

/// <summary>Tests that wait for rounds of the reconciler, beside the others.</summary>
[CollectionDefinition(Name)]
public sealed class ReconciliationCollection : ICollectionFixture<Stack>
{
    public const string Name = "reconciliation";
}
