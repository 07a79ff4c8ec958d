using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ReelBallers.EndToEnd.Tests.Contract;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What the operators' requests were told that they have done, against the audit log and the wallets that it concerns.</summary>
internal sealed class OperatorBooks(FuzzOperators operators)
{
    private static readonly string[] Decisions = ["approval_given", "approval_rejected"];
    private static readonly string[] Credits = ["credits_given", "credits_taken"];
    private static readonly string[] Final = ["completed", "failed", "cancelled", "timed_out"];

    private static readonly string[] OfAdmins =
    [
        .. Credits, .. Decisions, "role_changed", "user_joined", "payment_refunded", "endpoint_paused", "endpoint_resumed",
        "webhook_created", "webhook_changed", "webhook_secret_rotated", "webhook_deleted", "webhook_resent",
    ];

    private readonly ConcurrentDictionary<string, FuzzCase> _acts = [];
    private readonly ConcurrentDictionary<string, FuzzCase> _asked = [];
    private readonly ConcurrentDictionary<string, FuzzCase> _decided = [];
    private readonly ConcurrentDictionary<string, ConcurrentBag<(int Status, string? Code)>> _answers = [];
    private readonly ConcurrentDictionary<string, FuzzCase> _sent = [];

    /// <summary>
    /// The reason of an act, which the audit log tells. It has the number twice: one that a trick changes (a bit, a digit more) is not
    /// that of another request.
    /// </summary>
    public static string Reason(int number) => string.Create(CultureInfo.InvariantCulture, $"fuzz-{number:D6}-{number:D6}");

    /// <summary>How many acts were carried out.</summary>
    public int Acts => _acts.Count + _decided.Count;

    /// <summary>Remembers what an answer says was done, and gives what no such role may.</summary>
    public IEnumerable<string> Note(FuzzCase sent, RawAnswer answer)
    {
        if (!sent.Operation.IsOperators)
        {
            yield break;
        }
        _sent.TryAdd(Reason(sent.Number), sent);
        _answers.GetOrAdd(Reason(sent.Number), _ => []).Add((answer.Status, Code(answer)));
        if (answer.Status is < 200 or >= 300 || sent.Request.Method == "OPTIONS")
        {
            yield break;
        }
        if (sent.Role == FuzzRole.User || (sent.Role == FuzzRole.Support && sent.Operation.IsAdmins))
        {
            yield return $"the role {sent.Role} succeeds";
        }
        // The server takes "get" for it, too.
        if (answer.Json() is not { ValueKind: JsonValueKind.Object } body
            || sent.Request.Method.Equals("GET", StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }
        if (body.TryGetProperty("act_id", out var act))
        {
            _acts.TryAdd(act.GetString()!, sent);
        }
        else if (body.TryGetProperty("approval_id", out var approval))
        {
            (answer.Status == 202 ? _asked : _decided).TryAdd(approval.GetString()!, sent);
        }
    }

    /// <summary>What is wrong with the audit log and with the wallets that the acts concern.</summary>
    public async Task<List<string>> ViolationsAsync(ContractClient first)
    {
        var entries = await EntriesAsync(first);
        var (ours, wrong) = (new[] { operators.Support.Uid, operators.Admin.Uid }, new List<string>());
        foreach (var (id, sent) in _acts)
        {
            // A role that the user has already is none that is recorded: see below.
            if (!sent.Operation.Path.EndsWith("/role", StringComparison.Ordinal)
                && !entries.Exists(entry => Text(entry, "act_id") == id && Text(entry, "state") == "done" && IsOf(entry, sent)))
            {
                wrong.Add($"{sent.Number}: the audit log does not have the act {id} of {sent.Operation} as done");
            }
        }
        wrong.AddRange(_asked
            .Where(asked => !entries.Exists(entry => Text(entry, "act_id") == asked.Key && IsOf(entry, asked.Value)))
            .Select(asked => $"{asked.Value.Number}: the audit log does not have what was asked for as {asked.Key}"));
        wrong.AddRange(_decided
            .Where(decided => !entries.Exists(entry =>
                Text(entry, "target") == decided.Key && Decisions.Contains(Text(entry, "action")) && IsOf(entry, decided.Value)))
            .Select(decided => $"{decided.Value.Number}: the audit log does not have the decision on {decided.Key}"));
        foreach (var entry in entries.Where(entry => ours.Contains(Text(entry, "actor_id"))))
        {
            if (Text(entry, "actor_id") == operators.Support.Uid && OfAdmins.Contains(Text(entry, "action")))
            {
                wrong.Add($"support has begun an act of admins: {entry.GetRawText()}");
            }
            if (Text(entry, "state") == "done" && _answers.TryGetValue(Text(entry, "reason")!, out var answers)
                && !answers.Any(answer => IsDone(answer, Text(entry, "action")!)))
            {
                var sent = _sent[Text(entry, "reason")!];
                wrong.Add($"what was rejected ({string.Join(' ', answers)}) was carried out: {entry.GetRawText()}, "
                    + $"asked for by {sent.Role} with {sent.Request.Method} {sent.Request.Target} ({string.Join(", ", sent.Tricks)})");
            }
        }
        wrong.AddRange(RoleViolations(entries));
        foreach (var ward in operators.Concerned)
        {
            wrong.AddRange(await WalletViolationsAsync(first, ward, entries));
        }
        return wrong;
    }

    // The recruit begins and ends without a role, and each change continues the one before.
    private IEnumerable<string> RoleViolations(List<JsonElement> audit)
    {
        var role = "user";
        var changes = audit
            .Where(entry => Text(entry, "action") == "role_changed" && Text(entry, "subject_id") == operators.Recruit.Uid)
            .OrderBy(entry => entry.GetProperty("sequence").GetInt64());
        foreach (var entry in changes)
        {
            if (Text(entry.GetProperty("before"), "role") != role)
            {
                yield return $"the audit log misses a change of a role before {entry.GetRawText()}";
            }
            role = Text(entry.GetProperty("after"), "role")!;
        }
        if (role != "user")
        {
            yield return $"the audit log misses the last change of a role, from {role}";
        }
    }

    private static async Task<List<string>> WalletViolationsAsync(ContractClient first, FuzzActor ward, List<JsonElement> audit)
    {
        var (path, wrong) = ($"/api/admin/users/{ward.User.Uid}", new List<string>());
        var jobs = await Eventually.BecomesAsync(
            () => PagesAsync(first, $"{path}/jobs", "jobs"),
            all => all.TrueForAll(job => Final.Contains(Text(job, "status"))
                && job.GetProperty("settled_cents").ValueKind == JsonValueKind.Number),
            "all jobs that operators have started have ended", TimeSpan.FromMinutes(3));
        var done = audit.Where(entry => Text(entry, "state") == "done").Select(entry => Text(entry, "act_id")!).ToHashSet();
        var given = audit.Where(entry => Text(entry, "state") == "intended" && Credits.Contains(Text(entry, "action"))
            && Text(entry, "subject_id") == ward.User.Uid && done.Contains(Text(entry, "act_id")!)).Select(Cents).ToList();
        var refunded = audit.Where(entry => Text(entry, "state") == "done" && Text(entry, "action") == "payment_refunded"
            && Text(entry, "target") == ward.Payment).Sum(Cents);
        var charged = jobs.Sum(job => job.GetProperty("settled_cents").GetInt64());
        var expected = FuzzActor.PaidCents + given.Sum() - refunded - charged;
        var entries = await PagesAsync(first, $"{path}/ledger", "entries");
        var wallet = (await first.GetAsync(path)).GetProperty("wallet");
        var balance = wallet.GetProperty("balance_cents").GetInt64();
        var actual = balance + wallet.GetProperty("held_cents").GetInt64() - wallet.GetProperty("receivable_cents").GetInt64();
        if (actual != expected)
        {
            wrong.Add($"{ward.User.Uid} has {wallet.GetRawText()}; {FuzzActor.PaidCents} paid, {given.Sum()} given, {refunded} refunded, "
                + $"{charged} charged");
        }
        if (entries.Sum(Change) != balance)
        {
            wrong.Add($"{ward.User.Uid}: the entries sum to {entries.Sum(Change)}, and the balance is {balance}");
        }
        var booked = entries.Where(entry => Text(entry, "reason") is "bonus" or "adjustment").Select(Change).Order();
        if (!booked.SequenceEqual(given.Order()))
        {
            wrong.Add($"{ward.User.Uid}: the entries of operators are {string.Join(' ', booked)}, "
                + $"and the audit log has {string.Join(' ', given)}");
        }
        return wrong;
    }

    private async Task<List<JsonElement>> EntriesAsync(ContractClient first) =>
        [.. (await PagesAsync(first, "/api/admin/audit", "entries", IsNew)).Where(IsNew)];

    private bool IsNew(JsonElement entry) => entry.GetProperty("sequence").GetInt64() > operators.Since;

    private static async Task<List<JsonElement>> PagesAsync(
        ContractClient first, string path, string member, Func<JsonElement, bool>? isWanted = null)
    {
        var (all, cursor) = (new List<JsonElement>(), "");
        while (true)
        {
            var page = await first.GetAsync($"{path}?limit=100{cursor}");
            all.AddRange(page.GetProperty(member).EnumerateArray());
            if (Text(page, "next_cursor") is not { } next || (isWanted is not null && !isWanted(all[^1])))
            {
                return all;
            }
            cursor = $"&cursor={next}";
        }
    }

    // An approval is given, too, when a service then decides against the act.
    private static bool IsDone((int Status, string? Code) answer, string action) =>
        answer.Status is >= 200 and < 300 || (action == "approval_given" && answer.Code == "act_rejected");

    private static string? Code(RawAnswer answer) =>
        answer.Json() is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("code", out var code) ? code.GetString() : null;

    private bool IsOf(JsonElement entry, FuzzCase sent) => Text(entry, "actor_id") == sent.Role switch
    {
        FuzzRole.Support => operators.Support.Uid,
        FuzzRole.Admin => operators.Admin.Uid,
        _ => "",
    };

    private static long Cents(JsonElement entry) => entry.GetProperty("after").GetProperty("amount_cents").GetInt64();

    private static long Change(JsonElement entry) => entry.GetProperty("change_cents").GetInt64();

    private static string? Text(JsonElement holder, string member) => holder.GetProperty(member).GetString();
}
