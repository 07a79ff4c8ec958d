using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Worker.Tests;

namespace ReelBallers.Jobs.Tests;

/// <summary>The stack of Jobs with LocalCloud's RunPod, whose callbacks arrive, and its faults.</summary>
public class LocalRunPodRig : IAsyncLifetime
{
    /// <summary>The price of a job with the rig's clip of two seconds.</summary>
    public const long CostCents = 1;

    private readonly HttpClient _control = new();
    private readonly HttpClient _runPod = new();
    private LocalGateway _gateway = null!;

    public JobsStack Stack { get; } = new();

    /// <summary>Where callbacks arrive.</summary>
    public Uri CallbackUrl => _gateway.Url;

    /// <summary>What differs from the settings of all rigs.</summary>
    protected virtual (string Key, string Value)[] Settings => [];

    /// <summary>How many jobs RunPod runs at once; 0 leaves them to the test.</summary>
    protected virtual int Workers => 2;

    public async ValueTask InitializeAsync()
    {
        Stack.RunPodWorkers = Workers;
        Stack.Source = await ClipMaker.SlowQuadrantsAsync();
        await Stack.InitializeWithoutJobsAsync();
        _control.BaseAddress = Stack.Clouds.Host.ControlUrl;
        _runPod.BaseAddress = new Uri(Stack.Clouds.Host.RunPodUrl, "/v2/local/");
        _runPod.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "rp_local");
        _gateway = await LocalGateway.OpenAsync();
        await StartJobsAsync();
    }

    /// <summary>The settings of a replica.</summary>
    public (string Key, string Value)[] AllSettings() =>
    [
        ("App:Url", _gateway.Url.ToString()), ("RunPod:BaseUrl", new Uri(Stack.Clouds.Host.RunPodUrl, "/v2").ToString()),
        ("RunPod:ApiKey", "rp_local"), ("RunPod:TimeoutSeconds", "2"), ("Jobs:ExecutionBaseSeconds", "90"),
        ("Jobs:ExecutionSecondsPerSecond", "0"), ("Jobs:MaxBackoffSeconds", "1"),
        // The tests of a class let more runs crash than an endpoint may.
        ("MarginGuard:CrashesInARow", "1000"), ("MarginGuard:DoubledRuns", "1000"), .. Settings,
    ];

    /// <summary>Scripts a fault and gives its id.</summary>
    public async Task<string> FaultAsync(
        string match, string kind, int times = 1, int? status = null, int? delayMs = null, string cloud = "runpod")
    {
        var fault = new Dictionary<string, object> { ["cloud"] = cloud, ["match"] = match, ["kind"] = kind, ["times"] = times };
        if (status is { } code)
        {
            fault["status"] = code;
        }
        if (delayMs is { } delay)
        {
            fault["delay_ms"] = delay;
        }
        using var response = await _control.PostAsJsonAsync("/faults", fault);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    public async Task ClearFaultsAsync()
    {
        using (await _control.DeleteAsync("/faults"))
        {
        }
    }

    /// <summary>Waits until the fault has struck that often.</summary>
    public Task HasStruckAsync(string fault, int atLeast = 1) => Eventually.BecomesAsync(
        async () => (await _control.GetFromJsonAsync<JsonElement>("/faults")).GetProperty("faults").EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == fault).GetProperty("struck").GetInt32(),
        struck => struck >= atLeast, $"{fault} has struck {atLeast} times");

    /// <summary>Waits until RunPod has no job.</summary>
    public Task NothingRunsAsync() => Eventually.BecomesAsync(OpenAtRunPodAsync, open => open == (0, 0), "RunPod has no job");

    /// <summary>How many jobs wait and run at RunPod.</summary>
    public async Task<(int Waiting, int Running)> OpenAtRunPodAsync()
    {
        var jobs = (await _runPod.GetFromJsonAsync<JsonElement>("health")).GetProperty("jobs");
        return (jobs.GetProperty("inQueue").GetInt32(), jobs.GetProperty("inProgress").GetInt32());
    }

    /// <summary>RunPod's status of a job.</summary>
    public async Task<string?> StatusAsync(string runPodId) =>
        (await _runPod.GetFromJsonAsync<JsonElement>($"status/{runPodId}")).GetProperty("status").GetString();

    /// <summary>The states of the job's runs, oldest first, and whether each has ended.</summary>
    public Task<string> RunsAsync(Guid jobId) => Stack.JobsDatabase.ScalarAsync<string>(
        $"""
        select coalesce(string_agg(state || case when ended_at is null then ' (open)' else '' end, ', ' order by number), '')
        from runs where job_id = '{jobId}'
        """);

    /// <summary>Waits until the job's runs are in these states.</summary>
    public Task RunsBecomeAsync(Guid jobId, string states) =>
        Eventually.BecomesAsync(() => RunsAsync(jobId), now => now == states, $"the runs are {states}");

    public async ValueTask DisposeAsync()
    {
        await Stack.DisposeAsync();
        await _gateway.DisposeAsync();
        _control.Dispose();
        _runPod.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the replica that callbacks reach.</summary>
    protected virtual async Task StartJobsAsync()
    {
        await Stack.UseJobsAsync(AllSettings());
        _gateway.Jobs = Stack.App;
    }
}
