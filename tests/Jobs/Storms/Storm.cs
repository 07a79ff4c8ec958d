using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Worker.Tests;

namespace ReelBallers.Jobs.Tests;

/// <summary>The size of a storm.</summary>
/// <param name="Seed">Draws orders, faults and kills.</param>
/// <param name="Jobs">How many jobs are ordered.</param>
/// <param name="Kills">How often each process is killed.</param>
internal sealed record StormPlan(int Seed, int Jobs, int Kills);

/// <summary>One seeded storm on a stack of its own.</summary>
internal sealed class Storm : IAsyncDisposable
{
    /// <summary>The frames of the source, and so of each output.</summary>
    public const int SourceFrames = 5;

    private const int Users = 20;
    private const int AtOnce = 40;
    private const int Kinds = 8;
    private const int MaxFurtherRounds = 6;
    private const string Postgres = "postgres";

    private readonly StormPlan _plan;
    private readonly Action<string> _tell;
    private readonly Random _random;
    private readonly StormStack _stack;
    private readonly StormFaults _faults;
    private readonly List<StormUser> _users;
    private readonly ConcurrentDictionary<string, int> _seen = new();
    private int _done;

    private Storm(StormPlan plan, StormStack stack, Action<string> tell)
    {
        (_plan, _stack, _tell, _random) = (plan, stack, tell, new Random(plan.Seed));
        _faults = new StormFaults(stack, _random.Next());
        _users = [.. Enumerable.Range(0, Users).Select(_ => new StormUser(stack, Guid.NewGuid()))];
    }

    public static async Task<Storm> StartAsync(StormPlan plan, Action<string> tell)
    {
        var storm = new Storm(plan, await StormStack.StartAsync(), tell);
        var video = await ClipMaker.MakeAsync(
            "storm.mp4", "-f", "lavfi", "-i", $"testsrc2=size=64x48:rate={SourceFrames}:duration=1",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");
        await Task.WhenAll(storm._users.Select(user => user.ArriveAsync(video)));
        return storm;
    }

    /// <summary>Orders the jobs, while faults strike and processes are killed; returns when every job has ended.</summary>
    public async Task RageAsync()
    {
        await _faults.ScriptAsync();
        var kills = KillAsync();
        var orders = Enumerable.Range(0, _plan.Jobs).Select(number => (Number: number, Random: new Random(_random.Next()))).ToList();
        var lives = Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (order, _) =>
        {
            await LiveAsync(order.Number, order.Random, order.Random.Next(Kinds));
            Interlocked.Increment(ref _done);
        });
        // A process that does not come back is the failure, and not the orders that wait for it.
        await await Task.WhenAny(lives, kills);
        await Task.WhenAll(lives, kills);
        // In a small storm some kinds of faults may not have had their turn.
        for (var round = 0; round < MaxFurtherRounds && await _faults.ScriptMissingAsync(); round++)
        {
            var first = _plan.Jobs + (round * Kinds);
            await Task.WhenAll(
                Enumerable.Range(0, Kinds).Select(kind => LiveAsync(first + kind, new Random(_random.Next()), kind)));
        }
    }

    /// <summary>Ends the faults, waits until nothing is left to do, and compares everything.</summary>
    public async Task EndsRightAsync()
    {
        await _faults.ClearAsync();
        var verdict = new StormVerdict(_stack, _users);
        await verdict.CalmAsync();
        _tell("calm");
        await verdict.AgreesAsync();
        var ends = await verdict.CountAsync();
        _tell($"jobs: {Text(ends)}; users saw: {Text(_seen)}");
        _tell(string.Join('\n', _faults.Struck.Select(fault => $"{fault.Value,4} {fault.Key.Cloud} {fault.Key.Kind} {fault.Key.Match}")));
        Assert.All(_faults.Struck, fault => Assert.True(fault.Value > 0, $"{fault.Key} has not struck"));
        Assert.True(ends["completed"] > _plan.Jobs / 4 && ends["cancelled"] > 0, Text(ends));
        Assert.All(
            ["order refused", "forged callback rejected"],
            what => Assert.True(_seen.GetValueOrDefault(what) > 0, $"{what}: {Text(_seen)}"));
    }

    /// <summary>The last lines that the processes have logged, for a storm that failed.</summary>
    public string Log() => string.Join('\n', _stack.Warnings().TakeLast(400));

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    /// <summary>The life of an order.</summary>
    private async Task LiveAsync(int number, Random random, int kind)
    {
        var user = _users[number % Users];
        // Who insists on a key waits a minute for the lease of a replica that was killed: not in the second half.
        var order = new StormOrder($"storm-{number}", kind == 6, Insists: random.Next(4) == 0 && number < _plan.Jobs / 2);
        if (kind == 7)
        {
            await user.FreezeAsync(order.Key, frozen: true);
            var refused = await user.OrderAsync(order with { Key = $"{order.Key}-frozen" });
            await user.FreezeAsync(order.Key, frozen: false);
            Count(refused is null ? "order refused" : "order accepted before the freeze");
        }
        if (await user.OrderAsync(order) is not { } jobId)
        {
            Count("order refused");
            return;
        }
        switch (kind)
        {
            case 3 or 4:
                await Task.Delay(random.Next(kind == 3 ? 200 : 4000));
                Count(await user.CancelAsync(jobId) ? "cancellation accepted" : "cancellation too late");
                break;
            case 5:
                await ForgeAsync(jobId);
                break;
            default:
                // Followed to its end.
                break;
        }
        var job = await user.EndedAsync(jobId);
        // A final status stays, and a repeated order starts nothing.
        Assert.Equal((jobId, End(job)), (await user.RepeatAsync(order), End(await user.EndedAsync(jobId))));
        var status = job.GetProperty("status").GetString()!;
        Count(status);
        if (status != "completed" && random.Next(2) == 0 && await user.RetryAsync(jobId) is { } second)
        {
            Count($"{status}, then {(await user.EndedAsync(second)).GetProperty("status").GetString()}");
        }
    }

    /// <summary>A stranger who knows the job's id and not its token.</summary>
    private async Task ForgeAsync(Guid jobId)
    {
        using var body = new StringContent($$"""{"id":"forged-{{jobId}}","status":"FAILED"}""", null, "application/json");
        using var answer = await _stack.Browser.PostAsync(
            new Uri(_stack.CallbackUrl, $"/api/runpod/webhook/{jobId}?token={new string('0', 64)}"), body);
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadGateway, $"{answer.StatusCode}");
        Count(answer.StatusCode == HttpStatusCode.NotFound ? "forged callback rejected" : "forged callback without a replica");
    }

    /// <summary>Spread over the load: each process as often as planned, PostgreSQL once.</summary>
    private async Task KillAsync()
    {
        string[] victims = [.. Enumerable.Repeat(StormStack.Processes, _plan.Kills).SelectMany(names => names), Postgres];
        _random.Shuffle(victims);
        for (var kill = 0; kill < victims.Length; kill++)
        {
            while (_done < _plan.Jobs * (kill + 1) / (victims.Length + 1))
            {
                await Task.Delay(20);
            }
            var clock = TimeProvider.System.GetTimestamp();
            await KillAsync(victims[kill]);
            _tell($"{victims[kill]} killed after {_done} orders, back after {TimeProvider.System.GetElapsedTime(clock)}");
        }
    }

    private async Task KillAsync(string victim)
    {
        if (victim == Postgres)
        {
            await _stack.RestartPostgresAsync();
            return;
        }
        if (victim == StormStack.LocalCloudName)
        {
            await _faults.ClearAsync();
        }
        await _stack.KillAsync(victim);
        if (victim == StormStack.LocalCloudName)
        {
            await _faults.ScriptAsync();
        }
    }

    /// <summary>What never changes again; the receipt's runs may still end.</summary>
    private static string End(JsonElement job) => string.Join(
        ' ', new[] { "status", "progress", "cost_cents", "refunded_cents", "error", "output", "updated_at" }
            .Select(name => job.GetProperty(name).GetRawText()));

    private void Count(string what) => _seen.AddOrUpdate(what, 1, (_, count) => count + 1);

    private static string Text(IEnumerable<KeyValuePair<string, int>> counts) =>
        string.Join(", ", counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}"));
}
