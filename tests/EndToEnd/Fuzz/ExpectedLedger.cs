using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What the accepted requests of the fuzz say that the ledgers must hold, and no more.</summary>
internal sealed class ExpectedLedger
{
    private static readonly string[] Final = ["completed", "failed", "cancelled", "timed_out"];
    private readonly ConcurrentDictionary<(string JobId, long CostCents), int> _debits = [];
    private readonly ConcurrentDictionary<string, int> _jobs = [];
    private readonly ConcurrentQueue<string> _unreadable = [];

    /// <summary>Remembers what an answer says was done.</summary>
    public void Note(FuzzCase sent, RawAnswer answer)
    {
        if (answer.Json() is not { ValueKind: JsonValueKind.Object } body)
        {
            return;
        }
        if (answer.Status == 200 && body.TryGetProperty("new_balance_cents", out _))
        {
            if (Debit(sent.Request) is { } debit)
            {
                _debits.TryAdd(debit, sent.Number);
            }
            else
            {
                _unreadable.Enqueue($"{sent.Number}: a debit was accepted for a body that is none: {sent.Request.Describe("gateway")}");
            }
        }
        if (answer.Status == 202 && body.TryGetProperty("job_id", out var job))
        {
            _jobs.TryAdd(job.GetString()!, sent.Number);
        }
    }

    /// <summary>What in the ledger of this user is not explained by accepted requests.</summary>
    public async Task<List<string>> ViolationsAsync(FuzzActor actor)
    {
        var wrong = new List<string>();
        var jobs = await Eventually.BecomesAsync(
            () => PagesAsync(actor, "/api/jobs?limit=100", "jobs"), HaveEnded, "all jobs of the fuzz have ended", TimeSpan.FromMinutes(3));
        var entries = await PagesAsync(actor, "/api/wallet/ledger?limit=100", "entries");
        var balance = await actor.User.BalanceAsync();
        if (entries.Sum(Change) != balance)
        {
            wrong.Add($"the entries sum to {entries.Sum(Change)}, and the balance is {balance}");
        }
        var known = jobs.ToDictionary(job => job.GetProperty("job_id").GetString()!);
        foreach (var entry in entries)
        {
            if (!IsExplained(entry, known))
            {
                wrong.Add($"no accepted request explains {entry.GetRawText()}");
            }
        }
        foreach (var twice in entries.GroupBy(entry => (Reason(entry), JobId(entry)))
            .Where(same => same.Key.Item2 is not null && same.Count() > 1))
        {
            wrong.Add($"{twice.Key} is booked {twice.Count()} times");
        }
        foreach (var (id, job) in known)
        {
            var net = entries.Where(entry => JobId(entry) == id).Sum(Change);
            var expected = job.GetProperty("refunded_cents").GetInt64() - job.GetProperty("cost_cents").GetInt64();
            if (net != expected)
            {
                wrong.Add($"job {id} moved {net} cents and says {expected}");
            }
        }
        wrong.AddRange(known.Keys.Where(id => id != actor.JobId && !_jobs.ContainsKey(id))
            .Select(id => $"job {id} was started by no accepted request"));
        return wrong;
    }

    /// <summary>Accepted debits that are in none of these users' ledgers.</summary>
    public async Task<List<string>> LostAsync(IEnumerable<FuzzActor> actors)
    {
        var booked = new HashSet<(string?, long)>();
        foreach (var actor in actors)
        {
            booked.UnionWith((await PagesAsync(actor, "/api/wallet/ledger?limit=100", "entries"))
                .Where(entry => Reason(entry) == "debit").Select(entry => (JobId(entry), -Change(entry))));
        }
        return [.. _unreadable, .. _debits.Where(debit => !booked.Contains(debit.Key))
            .Select(debit => $"{debit.Value}: the accepted debit {debit.Key} is in no attacker's ledger")];
    }

    private bool IsExplained(JsonElement entry, Dictionary<string, JsonElement> jobs) => Reason(entry) switch
    {
        "topup" => Change(entry) == FuzzActor.PaidCents,
        "debit" => (JobId(entry) is { } id && jobs.ContainsKey(id)) || _debits.ContainsKey((JobId(entry) ?? "", -Change(entry))),
        "refund" => JobId(entry) is { } id && jobs.ContainsKey(id),
        _ => false,
    };

    private static bool HaveEnded(List<JsonElement> jobs) => jobs.TrueForAll(job =>
        Final.Contains(job.GetProperty("status").GetString())
        && (job.GetProperty("status").GetString() == "completed"
            || job.GetProperty("refunded_cents").GetInt64() == job.GetProperty("cost_cents").GetInt64()));

    private static async Task<List<JsonElement>> PagesAsync(FuzzActor actor, string path, string member)
    {
        var all = new List<JsonElement>();
        var page = await actor.User.GetAsync(path);
        while (true)
        {
            all.AddRange(page.GetProperty(member).EnumerateArray());
            if (page.GetProperty("next_cursor") is not { ValueKind: JsonValueKind.String } cursor)
            {
                return all;
            }
            page = await actor.User.GetAsync($"{path}&cursor={WebUtility.UrlEncode(cursor.GetString())}");
        }
    }

    private static (string, long)? Debit(RawRequest request)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(Text(request));
            var cost = json.GetProperty("cost_cents").GetRawText();
            return (json.GetProperty("job_id").GetString()!, (long)decimal.Parse(cost, NumberStyles.Float, CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    // As the request says that it is encoded; a byte order mark counts for nothing.
    private static string Text(RawRequest request)
    {
        var isUtf16 = request.Headers.Exists(header =>
            header.Name == "Content-Type" && header.Value.Contains("utf-16", StringComparison.OrdinalIgnoreCase));
        return (isUtf16 ? Encoding.Unicode : Encoding.UTF8).GetString(request.Body ?? []).TrimStart('\ufeff');
    }

    private static long Change(JsonElement entry) => entry.GetProperty("change_cents").GetInt64();

    private static string? Reason(JsonElement entry) => entry.GetProperty("reason").GetString();

    private static string? JobId(JsonElement entry) => entry.GetProperty("job_id").GetString();
}
