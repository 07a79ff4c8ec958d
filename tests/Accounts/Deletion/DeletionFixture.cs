using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>The service with a clock that a test moves on, a Wallet, and services that note whom they are to erase.</summary>
public sealed class DeletionFixture : AccountsFixture
{
    private TestDatabase? _walletDatabase;
    private ServiceApp? _wallet;
    private TcpGate? _gate;

    public WalletService.WalletServiceClient Wallet { get; private set; } = null!;

    /// <summary>Between Accounts and the Wallet.</summary>
    public TcpGate Gate => _gate!;

    public CollectedLogs Logs { get; } = new();

    /// <summary>The real time, which a test moves on.</summary>
    public OpenIdFixture.AdvancedClock Now { get; } = new();

    public UserServiceRecorder Payments { get; private set; } = null!;

    public UserServiceRecorder Storage { get; private set; } = null!;

    public UserServiceRecorder Jobs { get; private set; } = null!;

    protected override TimeProvider Time => Now;

    protected override Uri UrlOf(string service) => service switch
    {
        "wallet" => Gate.Address,
        "payments" => Payments.Address,
        "storage" => Storage.Address,
        _ => Jobs.Address,
    };

    protected override void Configure(IServiceCollection services) => Logs.Register(services);

    public override async ValueTask InitializeAsync()
    {
        _walletDatabase = await TestDatabase.CreateAsync();
        _wallet = await ServiceApp.StartAsync("Wallet", [new("ConnectionStrings:walletdb", _walletDatabase.ConnectionString)]);
        _gate = TcpGate.Open(_wallet.Address);
        Wallet = new WalletService.WalletServiceClient(_wallet.Invoker());
        Payments = await UserServiceRecorder.StartAsync();
        Storage = await UserServiceRecorder.StartAsync();
        Jobs = await UserServiceRecorder.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Logs.Dispose();
        await Payments.DisposeAsync();
        await Storage.DisposeAsync();
        await Jobs.DisposeAsync();
        await _gate!.DisposeAsync();
        await _wallet!.DisposeAsync();
        await _walletDatabase!.DisposeAsync();
    }

    /// <summary>Deletes the account as its user.</summary>
    public async Task<(int Status, JsonElement Body)> DeleteAsync(Guid user, string query = "", ServiceApp? replica = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/account{query}");
        request.Headers.Add(ReelBallers.ServiceDefaults.CallerAddress.HeaderName, "203.0.113.7");
        using var answer = await (replica ?? App).CreateClient(user).SendAsync(request);
        return ((int)answer.StatusCode, answer.StatusCode == HttpStatusCode.NoContent
            ? default
            : await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Says, as the Gateway does, that the sessions have ended, and lets the time pass in which the erasure waits.</summary>
    public async Task BeginAsync(Guid user)
    {
        await Rpc().ConfirmSessionsEndedAsync(new() { UserId = $"{user}" });
        Now.Advance(TimeSpan.FromSeconds(6));
    }

    public Task BecomesAsync(Guid user, string condition) => Eventually.IsTrueAsync(
        async () => await CountAsync("account_deletions", $"user_id = '{user}' and {condition}") == 1, condition);

    public Task<long> CountAsync(string table, string condition) =>
        Database.ScalarAsync<long>($"select count(*) from {table} where {condition}");

    public async Task CreditAsync(Guid user, long cents, string key = "topup") => await Wallet.CreditAsync(new CreditRequest
    {
        UserId = $"{user}",
        IdempotencyKey = key,
        AmountCents = cents,
        Reason = EntryReason.Topup,
        StripePaymentId = $"pi_{key}",
    });

    public async Task<(long BalanceCents, bool IsFrozen)> WalletAsync(Guid user)
    {
        var wallet = await Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = $"{user}" });
        return (wallet.BalanceCents, wallet.Frozen);
    }
}
