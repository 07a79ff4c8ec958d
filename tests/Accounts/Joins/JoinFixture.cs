using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>The service with the system's clock, a Wallet, and services that note what they are told.</summary>
public class JoinFixture : AccountsFixture
{
    private TestDatabase[] _walletDatabases = [];
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

    /// <summary>The databases of the ledger.</summary>
    protected virtual int Shards => 1;

    protected override TimeProvider Time => TimeProvider.System;

    protected override void Configure(IServiceCollection services) => Logs.Register(services);

    public override async ValueTask InitializeAsync()
    {
        _walletDatabases = await Task.WhenAll(Enumerable.Range(0, Shards).Select(_ => TestDatabase.CreateAsync()));
        var settings = new Dictionary<string, string?> { ["Ledger:Shards"] = $"{Shards}", ["Ledger:WithoutJoins"] = $"{Shards > 1}" };
        for (var number = 0; number < Shards; number++)
        {
            settings[$"ConnectionStrings:walletdb{(number == 0 ? "" : number)}"] = _walletDatabases[number].ConnectionString;
        }
        _wallet = await ServiceApp.StartAsync("Wallet", settings);
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
        await Task.WhenAll(_walletDatabases.Select(database => database.DisposeAsync().AsTask()));
        GC.SuppressFinalize(this);
    }
}
