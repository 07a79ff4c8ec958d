using System.Collections.Concurrent;
using Grpc.Net.Client;
using LocalPostgres;
using ReelBallers.LocalCloud;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>
/// Two replicas of Jobs, Wallet, Storage and LocalCloud, each a process that comes back on its port after a kill -9, on a
/// PostgreSQL that no other test uses.
/// </summary>
internal sealed class StormStack : IAsyncDisposable
{
    /// <summary>The replicas of Jobs.</summary>
    public static readonly string[] Replicas = ["jobs-1", "jobs-2"];

    /// <summary>All processes that are killed.</summary>
    public static readonly string[] Processes = [.. Replicas, "wallet", "storage", LocalCloudName];

    /// <summary>The process whose faults have to be scripted again after a kill.</summary>
    public const string LocalCloudName = "localcloud";

    private readonly string _directory = Directory.CreateTempSubdirectory("reelballers-storm-").FullName;
    private readonly Dictionary<string, int> _ports = Processes.ToDictionary(name => name, _ => TestPort.Take());
    private readonly ConcurrentDictionary<string, ServiceProcess> _running = new();
    private readonly ConcurrentQueue<ServiceProcess> _killed = new();
    private readonly LocalCloudOptions _cloud;
    private readonly GrpcChannel _walletChannel;
    private PostgresServer _postgres = null!;
    private CallbackRelay _relay = null!;
    private TestDatabase _storageDatabase = null!;

    private StormStack()
    {
        _cloud = TestClouds.OnFreePorts(Path.Combine(_directory, "clouds")) with
        {
            RunPodPort = TestPort.Take(),
            R2Port = TestPort.Take(),
            ControlPort = _ports[LocalCloudName],
            RunPodWorkers = 8,
        };
        (var invoker, _walletChannel) = ServiceProcess.Connect(Address("wallet"));
        Wallet = new WalletService.WalletServiceClient(invoker);
        Http.DefaultRequestHeaders.Add(InternalCredential.HeaderName, ServiceApp.Credential);
    }

    public WalletService.WalletServiceClient Wallet { get; }

    public TestDatabase JobsDatabase { get; private set; } = null!;

    public TestDatabase WalletDatabase { get; private set; } = null!;

    /// <summary>To the services, as the Gateway calls them.</summary>
    public HttpClient Http { get; } = new(new Http2Handler());

    /// <summary>To LocalCloud and the signed links.</summary>
    public HttpClient Browser { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public Uri ControlUrl => Address(LocalCloudName);

    public Uri RunPodUrl => Loopback(_cloud.RunPodPort);

    /// <summary>Where RunPod's callbacks go.</summary>
    public Uri CallbackUrl => _relay.Url;

    public Uri Address(string name) => Loopback(_ports[name]);

    public static async Task<StormStack> StartAsync()
    {
        var stack = new StormStack();
        stack._postgres = await PostgresServer.StartAsync(stack.PostgresOptions(port: 0));
        stack.JobsDatabase = await TestDatabase.CreateAsync(stack._postgres);
        stack.WalletDatabase = await TestDatabase.CreateAsync(stack._postgres);
        stack._storageDatabase = await TestDatabase.CreateAsync(stack._postgres);
        stack._relay = await CallbackRelay.OpenAsync([.. Replicas.Select(stack.Address)]);
        // Storage checks its bucket at the start.
        await stack.StartAsync(LocalCloudName);
        await Task.WhenAll(Processes.Where(name => name != LocalCloudName).Select(stack.StartAsync));
        return stack;
    }

    /// <summary>Kills the process with -9 and starts it again.</summary>
    public async Task KillAsync(string name)
    {
        var process = _running[name];
        await process.KillAsync();
        _killed.Enqueue(process);
        await StartAsync(name);
    }

    /// <summary>Stops PostgreSQL as a crash does, and starts it again on its data.</summary>
    public async Task RestartPostgresAsync()
    {
        await _postgres.StopAsync(PostgresStop.Immediate);
        _postgres = await PostgresServer.StartAsync(PostgresOptions(_postgres.Port));
    }

    /// <summary>What all processes have logged as a warning or worse.</summary>
    public IEnumerable<string> Warnings() => _killed.Concat(_running.Values).SelectMany(process => process.Lines);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _killed.Concat(_running.Values))
        {
            process.Dispose();
        }
        _walletChannel.Dispose();
        Http.Dispose();
        Browser.Dispose();
        await _relay.DisposeAsync();
        await _postgres.DisposeAsync();
        PostgresServer.DeleteData(Path.Combine(_directory, "postgres"));
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAsync(string name) => _running[name] = name switch
    {
        LocalCloudName => await ServiceProcess.StartCloudAsync(_cloud),
        "wallet" => await ServiceProcess.StartAsync("Wallet", With(
            ("ConnectionStrings:walletdb", WalletDatabase.ConnectionString)), _ports[name]),
        "storage" => await ServiceProcess.StartAsync("Storage", With(
            ("ConnectionStrings:storagedb", _storageDatabase.ConnectionString), ("R2:ServiceUrl", Loopback(_cloud.R2Port).ToString()),
            ("R2:AccessKeyId", "r2_local"), ("R2:SecretAccessKey", "r2_local_secret")), _ports[name]),
        _ => await ServiceProcess.StartAsync("Jobs", JobsSettings(), _ports[name]),
    };

    // Deadlines of seconds: a storm has to end.
    private Dictionary<string, string?> JobsSettings() => With(
        ("ConnectionStrings:jobsdb", JobsDatabase.ConnectionString), ("services:wallet:http:0", Address("wallet").ToString()),
        ("services:storage:http:0", Address("storage").ToString()), ("App:Url", _relay.Url.ToString()),
        ("RunPod:ApiKey", "rp_local"), ("RunPod:EndpointId", "local"), ("RunPod:BaseUrl", new Uri(RunPodUrl, "/v2").ToString()),
        ("RunPod:CallbackKey", "callback-key-of-the-storm"), ("RunPod:TimeoutSeconds", "2"), ("RunPod:MicrodollarsPerSecond", "310"),
        ("Jobs:QueueTimeoutSeconds", "120"), ("Jobs:ExecutionBaseSeconds", "12"), ("Jobs:ExecutionSecondsPerSecond", "0"),
        ("Jobs:ExecutionGraceSeconds", "3"), ("Jobs:UnknownWaitSeconds", "3"), ("Jobs:GoneAfterSeconds", "2"),
        ("Jobs:LostGraceSeconds", "3"), ("Jobs:AbandonAfterSeconds", "9"), ("Jobs:LeaseSeconds", "6"), ("Jobs:BackoffSeconds", "0.2"),
        ("Jobs:MaxBackoffSeconds", "2"), ("Jobs:FirstPollSeconds", "1"), ("Jobs:PollSeconds", "1"), ("Jobs:MaxPollSeconds", "4"),
        // An endpoint on which so much goes wrong is paused again and again.
        ("MarginGuard:PauseSeconds", "2"), ("MarginGuard:IntervalSeconds", "2"));

    private static Dictionary<string, string?> With(params (string Key, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        all["Logging:LogLevel:Default"] = "Warning";
        // The line with the address.
        all["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information";
        return all;
    }

    private PostgresServerOptions PostgresOptions(int port) =>
        new() { DataDirectory = Path.Combine(_directory, "postgres"), Durable = false, Port = port };

    private static Uri Loopback(int port) => new(FormattableString.Invariant($"http://127.0.0.1:{port}"));
}
