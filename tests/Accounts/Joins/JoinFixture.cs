using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>The service with the system's clock, a Wallet, and services that note what they are told.</summary>
public sealed class JoinFixture : AccountsFixture
{
    private TestDatabase? _walletDatabase;
    private ServiceApp? _wallet;
    private TcpGate? _gate;

    public WalletService.WalletServiceClient Wallet { get; private set; } = null!;

    /// <summary>Between Accounts and the Wallet.</summary>
    public TcpGate Gate => _gate!;

    public CollectedLogs Logs { get; } = new();

    public UserServiceRecorder Payments { get; private set; } = null!;

    public UserServiceRecorder Others { get; private set; } = null!;

    protected override Uri UrlOf(string service) => service switch
    {
        "wallet" => Gate.Address,
        "payments" => Payments.Address,
        _ => Others.Address,
    };

    protected override TimeProvider Time => TimeProvider.System;

    protected override void Configure(IServiceCollection services) => Logs.Register(services);

    public override async ValueTask InitializeAsync()
    {
        _walletDatabase = await TestDatabase.CreateAsync();
        _wallet = await ServiceApp.StartAsync("Wallet", [new("ConnectionStrings:walletdb", _walletDatabase.ConnectionString)]);
        _gate = TcpGate.Open(_wallet.Address);
        Wallet = new WalletService.WalletServiceClient(_wallet.Invoker());
        (Payments, Others) = (await UserServiceRecorder.StartAsync(), await UserServiceRecorder.StartAsync());
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Logs.Dispose();
        await Payments.DisposeAsync();
        await Others.DisposeAsync();
        await _gate!.DisposeAsync();
        await _wallet!.DisposeAsync();
        await _walletDatabase!.DisposeAsync();
    }
}
