using System.Globalization;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>
/// What a storm runs on: LocalCloud's Stripe, the Wallet, and two replicas of Payments on one database. The replicas are processes, so
/// that kill -9 is one; a process has the clock of the test all the same (<see cref="MovedClock"/>), together with Stripe, so that an
/// outage of days needs neither days nor a service that is built differently for its tests. The Wallet keeps to the real time: it asks
/// its database for it.
/// </summary>
internal sealed class StormStack : IAsyncDisposable
{
    private WebhookRelay _relay = null!;
    private TestClouds _clouds = null!;
    private ServiceApp _wallet = null!;
    private TcpGate _gate = null!;

    public MovedClock Clock { get; } = MovedClock.Create();

    public StormReplicas Replicas { get; private set; } = null!;

    public StormBank Bank { get; private set; } = null!;

    /// <summary>Of Payments.</summary>
    public TestDatabase Database { get; private set; } = null!;

    public TestDatabase WalletDatabase { get; private set; } = null!;

    public WalletService.WalletServiceClient Wallet { get; private set; } = null!;

    public IStripeClient Stripe { get; private set; } = null!;

    /// <summary>Where Stripe sends its webhooks.</summary>
    public Uri WebhookUrl => _relay.Url;

    public static async Task<StormStack> StartAsync()
    {
        var stack = new StormStack();
        stack._relay = await WebhookRelay.StartAsync();
        stack._clouds = await TestClouds.StartAsync(stack._relay.Url, options => options with { Time = stack.Clock });
        stack.WalletDatabase = await TestDatabase.CreateAsync();
        stack.Database = await TestDatabase.CreateAsync();
        stack._wallet = await ServiceApp.StartAsync("Wallet", [new("ConnectionStrings:walletdb", stack.WalletDatabase.ConnectionString)]);
        stack._gate = TcpGate.Open(stack._wallet.Address);
        stack.Wallet = new WalletService.WalletServiceClient(stack._wallet.Invoker());
        stack.Stripe = new StripeClient(new StripeClientOptions
        {
            ApiKey = "sk_test_local",
            ApiBase = stack._clouds.Host.StripeUrl.ToString().TrimEnd('/'),
        });
        stack.Bank = new StormBank(stack._clouds.Host.ControlUrl, stack.Stripe);
        stack.Replicas = new StormReplicas(stack.Settings());
        stack._relay.Target = stack.Replicas.Client;
        await stack.Replicas.StartAsync(0);
        await stack.Replicas.StartAsync(1);
        return stack;
    }

    /// <summary>How many connections to the Wallet were cut.</summary>
    public int WalletCuts => _gate.Cut;

    /// <summary>Cuts the connections to the Wallet, whatever is on them.</summary>
    public void CutWallet() => _gate.Drop();

    public Task<long> CountAsync(string fromAndWhere) => Database.ScalarAsync<long>($"select count(*) from {fromAndWhere}");

    public async ValueTask DisposeAsync()
    {
        await _clouds.DisposeAsync();
        Replicas.Dispose();
        await _gate.DisposeAsync();
        await _wallet.DisposeAsync();
        await _relay.DisposeAsync();
        await Database.DisposeAsync();
        await WalletDatabase.DisposeAsync();
        Bank.Dispose();
        Clock.Dispose();
    }

    private Dictionary<string, string?> Settings() => new(Clock.ProcessSettings)
    {
        ["ConnectionStrings:paymentsdb"] = Database.ConnectionString,
        ["services:wallet:http:0"] = _gate.Address.ToString(),
        ["Stripe:SecretKey"] = "sk_test_local",
        ["Stripe:WebhookSecret"] = Stack.WebhookSecret,
        ["Stripe:ApiBase"] = _clouds.Host.StripeUrl.ToString(),
        ["Stripe:BreakAfter"] = "100000",
        ["Reconciler:IntervalSeconds"] = StormReconciler.IntervalSeconds.ToString(CultureInfo.InvariantCulture),
        ["Reconciler:GraceSeconds"] = "1",
        // The storm's users pay more, and worse, than any user would.
        ["TopupLimits:BlockAfterFraud"] = "off",
        ["TopupLimits:OpenSessionsPerUser"] = "0",
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
    };
}
