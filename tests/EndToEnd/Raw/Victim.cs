using System.Net;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>A user who does nothing wrong while others attack: has money, an upload and a running job, and follows both by
/// events.</summary>
internal sealed class Victim : IAsyncDisposable
{
    private readonly Stack _stack;
    private readonly User _user;

    private Victim(Stack stack, User user) => (_stack, _user) = (stack, user);

    /// <summary>What was paid in: a number that appears nowhere else.</summary>
    public const long PaidCents = 31_337_041;

    // Texts that stand in the victim's own answers and in no others.
    private const string Project = "victims-project-7c1e9b";

    public User User => _user;

    public required string JobId { get; init; }

    public required string Key { get; init; }

    public required string SessionId { get; init; }

    /// <summary>An upload that no attacker is told of.</summary>
    public required string UnknownKey { get; init; }

    /// <summary>A top-up that no attacker is told of.</summary>
    public required string UnknownSessionId { get; init; }

    public required OpenStream WalletEvents { get; init; }

    public required OpenStream JobEvents { get; init; }

    public static async Task<Victim> ArriveAsync(Stack stack)
    {
        var user = await User.ArriveAsync(stack);
        var (session, checkoutUrl) = await user.StartTopupAsync(PaidCents);
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == PaidCents, "the victim's credits have come");
        var key = await user.UploadClipAsync(320, 180, seconds: 1);
        await stack.FaultAsync(new { cloud = "runpod", match = "POST /v2/local/run", kind = "stall_worker", times = 1 });
        var accepted = await user.PostAsync("/api/jobs", new
        {
            project_id = Project,
            type = "framing",
            @params = new { source_key = key, target_resolution = "720p" },
        });
        var job = accepted.GetProperty("job_id").GetString()!;
        await Eventually.BecomesAsync(
            () => user.GetAsync($"/api/jobs/{job}"), seen => seen.GetProperty("status").GetString() == "running", "the victim's job runs");
        return new Victim(stack, user)
        {
            JobId = job,
            Key = key,
            SessionId = session,
            UnknownKey = (await user.UploadClipAsync(320, 180, seconds: 1)).Split('/')[^1],
            UnknownSessionId = (await user.StartTopupAsync(800)).SessionId,
            WalletEvents = await OpenStream.OpenAsync(stack.Url, "/api/wallet/events", user.Token),
            JobEvents = await OpenStream.OpenAsync(stack.Url, $"/api/jobs/{job}/events", user.Token),
        };
    }

    /// <summary>
    /// Texts that only the victim can know. The ids that attackers are given to try are not among them: they may come back from
    /// where an attacker wrote them.
    /// </summary>
    public async Task<string[]> SecretsAsync()
    {
        var entries = (await _user.GetAsync("/api/wallet/ledger?limit=100")).GetProperty("entries").EnumerateArray().ToList();
        return
        [
            _user.Token, Project, UnknownKey, UnknownSessionId, $"{PaidCents}", $"{await _user.BalanceAsync()}",
            .. entries.Select(entry => entry.GetProperty("id").ToString()).Where(id => id.Length >= 8),
            .. entries.Select(entry => entry.GetProperty("stripe_payment_id")).Where(id => id.ValueKind == JsonValueKind.String)
                .Select(id => id.GetString()!),
        ];
    }

    /// <summary>Both streams are the ones that were opened, and still tell what happens: a paid top-up and a cancelled job.</summary>
    public async Task StreamsAreAliveAsync()
    {
        var balance = await _user.BalanceAsync() + 500;
        var (_, checkoutUrl) = await _user.StartTopupAsync(500);
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        await Eventually.IsTrueAsync(
            () => Task.FromResult(IsOpen(WalletEvents, "wallet") && WalletEvents.Has($"\"balance_cents\":{balance},")),
            "the top-up has arrived on the wallet stream that was opened before");
        await _user.PostAsync($"/api/jobs/{JobId}/cancel", new { });
        await Eventually.IsTrueAsync(
            () => Task.FromResult(JobEvents.Has("\"status\":\"cancelled\"") || !IsOpen(JobEvents, "job")),
            "the cancellation has arrived on the job stream that was opened before");
        await Eventually.IsTrueAsync(async () => await _user.BalanceAsync() == PaidCents + 500, "the victim has all that was paid");
    }

    /// <summary>Fails when one of the streams has ended; a stream is not taken up again.</summary>
    public void StreamsAreOpen() => Assert.True(IsOpen(WalletEvents, "wallet") && IsOpen(JobEvents, "job"));

    private static bool IsOpen(OpenStream stream, string name)
    {
        Assert.True(stream.End is null, $"The victim's {name} stream ended: {stream.End}");
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await WalletEvents.DisposeAsync();
        await JobEvents.DisposeAsync();
        await _stack.ClearFaultsAsync();
        _user.Dispose();
    }
}
