using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReelBallers.Jobs.Tests;

/// <summary>A fault that strikes one of each so many calls, jobs or callbacks.</summary>
internal sealed record StormFault(
    string Cloud, string Kind, string Match, int Every, int? Status = null, int? DelayMs = null, int? RetryAfterSeconds = null);

/// <summary>
/// The faults of a storm. LocalCloud forgets them when it is killed: they are scripted again at each start, and how often each
/// has struck is added up.
/// </summary>
internal sealed class StormFaults(StormStack stack, int seed)
{
    private const string Run = "POST /v2/local/run";
    private const string Status = "GET /v2/local/status";
    private const string Cancel = "POST /v2/local/cancel";
    private const string Bucket = "/reelballers-videos/";

    private static readonly StormFault[] All =
    [
        // Submissions that RunPod did not take.
        new("runpod", "status", Run, 9, Status: 500),
        new("runpod", "status", Run, 8, Status: 429, RetryAfterSeconds: 1),
        new("runpod", "status", Run, 15, Status: 401),
        new("runpod", "cut", Run, 12),
        // Submissions that it took, or takes later, and whose answer is lost.
        new("runpod", "cut_after_effect", Run, 9),
        new("runpod", "status_after_effect", Run, 10, Status: 502),
        new("runpod", "status_after_effect", Run, 11, Status: 504),
        new("runpod", "delay", Run, 14, DelayMs: 3000),
        new("runpod", "delay_after_effect", Run, 13, DelayMs: 3000),
        // The work.
        new("runpod", "crash_worker", Run, 10),
        new("runpod", "stall_worker", Run, 20),
        new("runpod", "out_of_memory", Run, 12),
        new("runpod", "no_output", Run, 12),
        new("runpod", "empty_output", Run, 14),
        new("runpod", "wrong_output", Run, 13),
        new("runpod", "forget_result", Run, 9),
        new("runpod", "late_progress", Run, 10),
        // Its callbacks.
        new("runpod", "drop_webhook", Run, 5),
        new("runpod", "double_webhook", Run, 4),
        new("runpod", "delay_webhook", Run, 6, DelayMs: 1500),
        new("runpod", "reorder_webhook", Run, 7),
        // The calls that follow it.
        new("runpod", "status", Status, 9, Status: 503),
        new("runpod", "status", Status, 13, Status: 404),
        new("runpod", "status", Status, 14, Status: 429, RetryAfterSeconds: 1),
        new("runpod", "cut", Status, 11),
        new("runpod", "delay", Status, 23, DelayMs: 3000),
        new("runpod", "status", Cancel, 3, Status: 500),
        new("runpod", "cut_after_effect", Cancel, 3),
        new("runpod", "status", "GET /v2/local/health", 4, Status: 500),
        // The files.
        new("r2", "status", $"PUT {Bucket}", 9, Status: 503),
        new("r2", "cut_after_effect", $"PUT {Bucket}", 8),
        new("r2", "cut", $"GET {Bucket}", 9),
        new("r2", "status", $"GET {Bucket}", 9, Status: 500),
        new("r2", "status", $"HEAD {Bucket}", 9, Status: 503),
        new("r2", "cut", $"HEAD {Bucket}", 9),
        new("r2", "delay", $"HEAD {Bucket}", 9, DelayMs: 1000),
    ];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Random _random = new(seed);
    private readonly Dictionary<StormFault, int> _struck = All.ToDictionary(fault => fault, _ => 0);
    private readonly Dictionary<string, StormFault> _scripted = [];

    /// <summary>How often each has struck.</summary>
    public IReadOnlyDictionary<StormFault, int> Struck => _struck;

    /// <summary>Scripts them at a LocalCloud that has started.</summary>
    public async Task ScriptAsync()
    {
        foreach (var fault in All)
        {
            await AddAsync(fault, fault.Every);
        }
    }

    /// <summary>Removes all, and adds up how often each has struck; also to be called before LocalCloud goes away.</summary>
    public async Task ClearAsync()
    {
        var url = new Uri(stack.ControlUrl, "/faults");
        var faults = await stack.Browser.GetFromJsonAsync<JsonElement>(url);
        using var answer = await stack.Browser.DeleteAsync(url);
        answer.EnsureSuccessStatusCode();
        foreach (var fault in faults.GetProperty("faults").EnumerateArray())
        {
            _struck[_scripted[fault.GetProperty("id").GetString()!]] += fault.GetProperty("struck").GetInt32();
        }
        _scripted.Clear();
    }

    /// <summary>Replaces all by those that have not struck yet: each strikes at the first opportunity. False when there is none.</summary>
    public async Task<bool> ScriptMissingAsync()
    {
        await ClearAsync();
        var missing = All.Where(fault => _struck[fault] == 0).ToList();
        foreach (var fault in missing)
        {
            await AddAsync(fault, every: null);
        }
        return missing.Count > 0;
    }

    private async Task AddAsync(StormFault fault, int? every)
    {
        var body = new
        {
            fault.Cloud,
            fault.Kind,
            fault.Match,
            every,
            seed = every is null ? (int?)null : _random.Next(),
            fault.Status,
            fault.DelayMs,
            fault.RetryAfterSeconds,
        };
        using var answer = await stack.Browser.PostAsJsonAsync(new Uri(stack.ControlUrl, "/faults"), body, Json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        _scripted[JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!] = fault;
    }
}
