using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Two Gateways and two of each service, as <c>--replicas 2</c> starts them: one of each is killed on the way.</summary>
[Collection(nameof(ReplicaTests))]
public sealed class ReplicaTests : IAsyncLifetime
{
    private static readonly string[] Replicated = ["accounts", "gateway", "jobs", "payments", "storage", "wallet"];

    // An idle stream has comments, so that reading one has no end of its own.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Stack _stack = new(replicas: 2);
    private readonly List<int> _killed = [];

    public ValueTask InitializeAsync() => _stack.InitializeAsync();

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task The_journey_and_its_events_survive_the_end_of_one_of_each()
    {
        Assert.All(Replicated, name => Assert.Equal(2, _stack.ReplicasOf(name).Count));
        using var user = await User.ArriveAsync(_stack);

        // Between the request of a link and its confirmation, which opens the session that all else is done in.
        var email = $"{Guid.NewGuid():N}@example.com";
        await user.PostAsync("/api/auth/link", new { email });
        await KillAsync("accounts");
        await user.ConfirmAsync(await _stack.SignInTokenAsync(email));
        Assert.Equal(email, (await user.GetAsync("/api/account")).GetProperty("email").GetString());

        var gateways = _stack.ReplicasOf("gateway");
        using var first = new HttpClient { BaseAddress = Stack.UrlOfProcess(gateways[0]), Timeout = Timeout.InfiniteTimeSpan };
        using var second = new HttpClient { BaseAddress = Stack.UrlOfProcess(gateways[1]), Timeout = Timeout.InfiniteTimeSpan };
        Assert.NotEqual(first.BaseAddress, second.BaseAddress);
        using var stream = await EventReader.OpenAsync(first, "/api/events", isHttp2: false, token: user.Token);

        // Between the payment and its credits.
        var (session, checkoutUrl) = await user.StartTopupAsync(500);
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        await KillAsync("payments");
        await KillAsync("wallet");
        Assert.Equal("paid", (await Eventually.BecomesAsync(
            () => user.GetAsync($"/api/topup/{session}"), topup => Text(topup, "status") == "paid", "the top-up is paid",
            Patience)).GetProperty("status").GetString());
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == 500, "the credits have come", Patience);
        var (isPaid, isCredited) = (false, false);
        await stream.NextAsync(next =>
        {
            isPaid |= next.Name == "topup" && Text(next.Data, "session_id") == session && Text(next.Data, "status") == "paid";
            isCredited |= next.Name == "wallet" && next.Data.GetProperty("balance_cents").GetInt64() == 500;
            return isPaid && isCredited;
        }).WaitAsync(Patience);

        // Between an upload and its completion.
        using var clip = new TempFile("clip.mp4");
        await TestVideo.RedAndBlueAsync(clip.Path, 640, 360, seconds: 2);
        var key = await user.PutAsync(await File.ReadAllBytesAsync(clip.Path), "clip.mp4", "video/mp4");
        await KillAsync("storage");
        await user.PostAsync("/api/uploads/complete", new { key });

        // While the job runs, which has to wait for its source; with it goes the Gateway that has the stream.
        // The source alone: a Storage that starts reads the bucket's rules.
        await _stack.FaultAsync(new
        {
            cloud = "r2",
            match = $"GET /reelballers-videos/{key}",
            kind = "delay",
            delay_ms = 15_000,
            times = 1,
        });
        var job = await user.ExportAsync(key, resolution: "1080p");
        var last = await stream.NextAsync(next => IsOf(next, job) && Text(next.Data, "status") == "running")
            .WaitAsync(Patience);
        await KillAsync("jobs");
        await KillAsync("gateway", gateways[0]);
        while (await stream.NextAsync() is { } next)
        {
            Assert.False(IsOf(next, job) && Text(next.Data, "status") == "completed", "the job had ended before");
            last = next;
        }
        // Nobody listens while it ends.
        var ended = await user.EndedAsync(job);
        Assert.Equal("completed", Text(ended, "status"));
        var cost = ended.GetProperty("cost_cents").GetInt64();

        using var again = await EventReader.OpenAsync(second, "/api/events", last.Id, isHttp2: false, token: user.Token);
        var completed = await again.NextAsync(next => IsOf(next, job) && Text(next.Data, "status") == "completed").WaitAsync(Patience);
        Assert.Equal(100, completed.Data.GetProperty("progress").GetInt32());

        using var result = await user.DownloadAsync(job);
        Assert.Equal((1920, 1080), await TestVideo.SizeAsync(result.Path));
        Assert.Equal(["topup +500", $"debit -{cost}"], await user.StatementAsync());
        Assert.Equal(500 - cost, await user.BalanceAsync());
        await Eventually.IsTrueAsync(
            () => Task.FromResult(Replicated.All(name => _stack.ReplicasOf(name) is [var one, var other]
                && !_killed.Contains(one) && !_killed.Contains(other))),
            "each that was killed has a successor", Patience);
        Assert.Equal(Replicated.Length, _killed.Count);
        await LedgerAudit.AssertCleanAsync(_stack);
    }

    // Requests go on at once: the other one serves them.
    private async Task KillAsync(string resource, int? process = null)
    {
        var killed = process ?? _stack.ReplicasOf(resource)[0];
        await Stack.KillAsync(killed);
        Assert.DoesNotContain(killed, _stack.LivingReplicasOf(resource));
        _killed.Add(killed);
    }

    private static bool IsOf(ReceivedEvent next, string job) => next.Name == "job" && Text(next.Data, "job_id") == job;

    private static string? Text(System.Text.Json.JsonElement holder, string member) => holder.GetProperty(member).GetString();
}

/// <summary>Alone on the machine: it is a second stack.</summary>
[CollectionDefinition(nameof(ReplicaTests), DisableParallelization = true)]
public sealed class ReplicaCollection;
