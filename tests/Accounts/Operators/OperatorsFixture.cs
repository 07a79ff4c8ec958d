using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>The tests of operators share their services, and run one after another.</summary>
[CollectionDefinition(nameof(OperatorsCollection))]
public sealed class OperatorsCollection : ICollectionFixture<OperatorsFixture>;

/// <summary>Accounts with a real Wallet and stand-ins of Payments, Jobs and Storage, an admin and a support operator.</summary>
public sealed class OperatorsFixture : IAsyncLifetime
{
    private readonly AccountsFixture _accounts = new();
    private TestDatabase _walletDatabase = null!;
    private ServiceApp _walletApp = null!;
    private WebApplication _others = null!;

    public ServiceApp App => _accounts.App;

    public TestDatabase Database => _accounts.Database;

    public TestDatabase WalletDatabase => _walletDatabase;

    public AccountsFixture Accounts => _accounts;

    public TcpGate WalletGate { get; private set; } = null!;

    public WalletService.WalletServiceClient Wallet { get; private set; } = null!;

    public StandIns Others { get; } = new();

    public Guid Admin { get; private set; }

    public Guid Support { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _walletDatabase = await TestDatabase.CreateAsync();
        _walletApp = await ServiceApp.StartAsync("Wallet", [new("ConnectionStrings:walletdb", _walletDatabase.ConnectionString)]);
        WalletGate = TcpGate.Open(_walletApp.Address);
        Wallet = new WalletService.WalletServiceClient(_walletApp.Invoker());
        _others = await StartOthersAsync();
        _accounts.Settings["services:wallet:http:0"] = WalletGate.Address.ToString();
        _accounts.Settings["services:payments:http:0"] = _others.Urls.Single();
        _accounts.Settings["services:jobs:http:0"] = _others.Urls.Single();
        _accounts.Settings["services:storage:http:0"] = _others.Urls.Single();
        _accounts.Settings["Alerts:DelaySeconds"] = "0";
        await _accounts.InitializeAsync();
        (Admin, Support) = (await CreateOperatorAsync(Role.Admin), await CreateOperatorAsync(Role.Support));
    }

    public async ValueTask DisposeAsync()
    {
        await _accounts.DisposeAsync();
        await _others.DisposeAsync();
        await WalletGate.DisposeAsync();
        await _walletApp.DisposeAsync();
        await _walletDatabase.DisposeAsync();
    }

    public async Task<Guid> CreateOperatorAsync(Role role)
    {
        var user = await _accounts.CreateAccountAsync(AccountsFixture.NewEmail());
        await Database.ExecuteAsync($"update accounts set role = {(int)role} where user_id = '{user}'");
        return user;
    }

    /// <summary>Sends a request as the Gateway does for an operator with this role.</summary>
    public async Task<(int Status, JsonElement Body)> SendAsync(
        HttpMethod method, string path, Guid operatorId, string? role, object? body = null, string? key = null,
        ServiceApp? replica = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body);
        if (role is not null)
        {
            request.Headers.Add(Operator.HeaderName, role);
        }
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        request.Headers.Add(CallerAddress.HeaderName, "203.0.113.9");
        using var answer = await (replica ?? App).CreateClient(operatorId).SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public Task<(int Status, JsonElement Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path, Support, "support");

    /// <summary>An admin's act, with a key of its own unless one is given.</summary>
    public Task<(int Status, JsonElement Body)> ActAsync(string path, object body, string? key = null) =>
        SendAsync(HttpMethod.Post, path, Admin, "admin", body, key ?? $"{Guid.NewGuid()}");

    /// <summary>The entries about a target or a user, as <c>state before after</c>.</summary>
    public Task<string> EntriesAsync(string condition) => Database.ScalarAsync<string>(
        $"""
        select coalesce(string_agg(concat_ws(' ', action, state, coalesce(before, '-'), coalesce(after, '-')), ';' order by sequence), '')
        from audit_entries where {condition}
        """);

    private async Task<WebApplication> StartOthersAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<SilentServices>());
        builder.Services.AddSingleton(Others);
        var app = builder.Build();
        app.MapGrpcService<PaymentsStandIn>();
        app.MapGrpcService<JobsStandIn>();
        app.MapGrpcService<StorageStandIn>();
        app.MapGrpcService<JoinedUsersStandIn>();
        await app.StartAsync();
        return app;
    }
}
