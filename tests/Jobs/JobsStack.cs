using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>Jobs on its own PostgreSQL database, with a real Wallet and Storage, and a scripted RunPod.</summary>
public sealed class JobsStack : IAsyncLifetime
{
    public const string CallbackKey = "callback-key-of-the-tests";

    private readonly List<ServiceApp> _jobs = [];
    private readonly HttpClient _browser = new();
    private Neighbours _neighbours = null!;

    public ScriptedRunPod RunPod { get; private set; } = null!;

    public TestClouds Clouds => _neighbours.Clouds;

    public ServiceApp StorageApp => _neighbours.Storage;

    public TcpGate StorageGate { get; private set; } = null!;

    public TestDatabase StorageDatabase => _neighbours.StorageDatabase;

    /// <summary>How many jobs LocalCloud's RunPod runs at once; where it is set, the stack shares no services with others.</summary>
    public int? RunPodWorkers { get; set; }

    /// <summary>The content of every upload.</summary>
    public byte[] Source { get; set; } = SampleBytes.Mp4(2000, seconds: 30);

    public TestDatabase JobsDatabase { get; private set; } = null!;

    public ServiceApp WalletApp => _neighbours.Wallet;

    public TcpGate WalletGate { get; private set; } = null!;

    public WalletService.WalletServiceClient Wallet { get; private set; } = null!;

    /// <summary>The first replica; null where the test starts them itself.</summary>
    public ServiceApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await InitializeWithoutJobsAsync();
        await UseJobsAsync();
    }

    /// <summary>Removes every fault, so that a failed test does not affect the next.</summary>
    public void Heal()
    {
        (RunPod.OnRun, RunPod.Health) = (null, null);
        StorageGate.Reopen();
        (WalletGate.HoldAnswers, WalletGate.HoldRequests) = (false, false);
    }

    /// <summary>Starts the replica that <see cref="App"/> is.</summary>
    public async Task UseJobsAsync(params (string Key, string Value)[] settings) => App = await StartJobsAsync(settings);

    /// <summary>The same, with services replaced by the test.</summary>
    public async Task UseJobsAsync(Action<IServiceCollection> configureServices, params (string Key, string Value)[] settings) =>
        App = await StartJobsAsync(configureServices, settings);

    /// <summary>The same, with a wallet whose calls the test changes.</summary>
    public Task UseJobsAsync(ScriptedWallet wallet, params (string Key, string Value)[] settings) =>
        UseJobsAsync(wallet, _ => { }, settings);

    /// <summary>The same, with further services replaced by the test.</summary>
    public Task UseJobsAsync(
        ScriptedWallet wallet, Action<IServiceCollection> configureServices, params (string Key, string Value)[] settings)
    {
        var client = new WalletService.WalletServiceClient(WalletApp.Invoker().Intercept(wallet));
        return UseJobsAsync(services => configureServices(services.AddSingleton(client)), settings);
    }

    public async Task InitializeWithoutJobsAsync()
    {
        RunPod = await ScriptedRunPod.StartAsync();
        _neighbours = RunPodWorkers is { } workers ? await Neighbours.StartAsync(workers) : await SharedNeighbours.GetAsync();
        JobsDatabase = await TestDatabase.CreateAsync();
        StorageGate = TcpGate.Open(StorageApp.Address);
        Wallet = new WalletService.WalletServiceClient(WalletApp.Invoker());
        WalletGate = TcpGate.Open(WalletApp.Address);
    }

    public Task<ServiceApp> StartJobsAsync(params (string Key, string Value)[] settings) => StartJobsAsync(_ => { }, settings);

    public async Task<ServiceApp> StartJobsAsync(
        Action<IServiceCollection> configureServices, params (string Key, string Value)[] settings)
    {
        var app = await ServiceApp.StartAsync("Jobs", Settings(settings), configureServices);
        _jobs.Add(app);
        return app;
    }

    public Dictionary<string, string?> Settings(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:jobsdb"] = JobsDatabase.ConnectionString,
            ["services:wallet:http:0"] = WalletGate.Address.ToString(),
            ["services:storage:http:0"] = StorageGate.Address.ToString(),
            ["App:Url"] = "https://app.test",
            ["RunPod:ApiKey"] = "rp_test",
            ["RunPod:EndpointId"] = "local",
            ["RunPod:BaseUrl"] = RunPod.Url.ToString(),
            ["RunPod:CallbackKey"] = CallbackKey,
            ["Jobs:LeaseSeconds"] = "15",
            // Crashes are made on purpose, by several users of one endpoint.
            ["MarginGuard:CrashesInARow"] = "1000",
            ["MarginGuard:DoubledRuns"] = "1000",
            ["Jobs:BackoffSeconds"] = "0.1",
            ["Jobs:GoneAfterSeconds"] = "2",
            ["Jobs:LostGraceSeconds"] = "2",
            // A test often sets a status and expects the service to see it, without a callback.
            ["Jobs:FirstPollSeconds"] = "1",
            ["Jobs:PollSeconds"] = "1",
            ["Jobs:MaxPollSeconds"] = "10",
            // Many jobs of other tests stay open.
            ["RunPod:MinOpenRuns"] = "1000",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }
        return all;
    }

    /// <summary>A user with a balance and one upload.</summary>
    public async Task<JobUser> UserAsync(long cents = 100, ServiceApp? app = null)
    {
        var userId = Guid.NewGuid();
        if (cents > 0)
        {
            await Wallet.CreditAsync(new CreditRequest
            {
                UserId = userId.ToString(),
                IdempotencyKey = "seed",
                AmountCents = cents,
                Reason = EntryReason.Topup,
            });
        }
        return new JobUser(this, (app ?? App)?.CreateClient(userId)!, userId, await UploadAsync(userId), cents);
    }

    /// <summary>Uploads the source as a browser does and returns its key.</summary>
    private async Task<string> UploadAsync(Guid userId)
    {
        using var client = StorageApp.CreateClient(userId);
        using var started = await client.PostAsJsonAsync(
            "/api/uploads", new { filename = "clip.mp4", content_type = "video/mp4", size_bytes = Source.Length });
        var upload = await started.Content.ReadFromJsonAsync<JsonElement>();
        using var put = await _browser.PutSignedAsync(upload, Source);
        put.EnsureSuccessStatusCode();
        var key = upload.GetProperty("key").GetString()!;
        using var completed = await client.PostAsJsonAsync("/api/uploads/complete", new { key });
        completed.EnsureSuccessStatusCode();
        return key;
    }

    /// <summary>Waits until RunPod has the job.</summary>
    public Task<ScriptedJob> SubmittedAsync(Guid jobId) => Eventually.BecomesAsync(
        () => Task.FromResult(RunPod.JobsOf(jobId).FirstOrDefault()!), job => job is not null, $"RunPod has {jobId}");

    /// <summary>Moves the job's runs into the past, as if that time had passed since RunPod took them, and has them looked at.</summary>
    public Task AgeRunsAsync(Guid jobId, TimeSpan age) => JobsDatabase.ExecuteAsync(
        $"""
        update runs set (submitted_at, started_at) = (submitted_at - interval '{age}', started_at - interval '{age}')
        where job_id = '{jobId}';
        update intents set due_at = now() where job_id = '{jobId}'
        """);

    /// <summary>Has the next steps of the user's jobs done without the pause before them, and counts the jobs.</summary>
    public Task<long> HurryAsync(Guid userId) => JobsDatabase.ScalarAsync<long>(
        $"""
        with hurried as (update intents set due_at = now() where job_id in (select job_id from jobs where user_id = '{userId}') returning 1)
        select count(*) from jobs where user_id = '{userId}'
        """);

    /// <summary>RunPod's callback, as the Gateway forwards it.</summary>
    public async Task<HttpResponseMessage> CallBackAsync(
        ScriptedJob job, string status = "COMPLETED", string? pathAndQuery = null, ServiceApp? app = null)
    {
        using var client = (app ?? App).CreateClient();
        var json = JsonSerializer.Serialize(new { id = job.Id, status, output = new { ok = true } });
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        return await client.PostAsync(pathAndQuery ?? job.Webhook.PathAndQuery, body);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _jobs)
        {
            await app.DisposeAsync();
        }
        await WalletGate.DisposeAsync();
        await RunPod.DisposeAsync();
        await StorageGate.DisposeAsync();
        await JobsDatabase.DisposeAsync();
        if (RunPodWorkers is not null)
        {
            await _neighbours.DisposeAsync();
        }
        _browser.Dispose();
    }
}
