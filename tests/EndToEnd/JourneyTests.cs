using System.Net;
using ReelBallers.TestKit;
using ReelBallers.Worker.Tests;

namespace ReelBallers.EndToEnd.Tests;

[Collection(nameof(Stack))]
public sealed class JourneyTests(Stack stack)
{
    [Fact]
    public async Task Top_up_pay_upload_export_download()
    {
        using var user = await User.ArriveAsync(stack);
        Assert.Equal(0, await user.BalanceAsync());
        var (session, checkoutUrl) = await user.StartTopupAsync(500);
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == 500, "the credits have come");
        Assert.Equal("paid", (await user.GetAsync($"/api/topup/{session}")).GetProperty("status").GetString());

        var key = await user.UploadClipAsync(1280, 720, seconds: 2);
        // The window moves from the red half to the blue one.
        var job = await user.ExportAsync(key, resolution: "1080p", cropKeyframes:
        [
            new { time = 0, x = 0, y = 0, width = 480, height = 270 },
            new { time = 1, x = 800, y = 450, width = 480, height = 270 },
        ]);

        var events = await user.FollowAsync(job);
        Assert.Equal("completed", events[^1].GetProperty("status").GetString());
        Assert.Equal(100, events[^1].GetProperty("progress").GetInt32());
        Assert.Equal(events.Select(status => status.GetProperty("progress").GetInt32()).Order(),
            events.Select(status => status.GetProperty("progress").GetInt32()));

        using var result = await user.DownloadAsync(job);
        Assert.Equal((1920, 1080), await TestVideo.SizeAsync(result.Path));
        var start = await TestVideo.PixelAsync(result.Path, 0, 960, 540);
        var end = await TestVideo.PixelAsync(result.Path, 1.8, 960, 540);
        Assert.True(start is { Red: > 200, Blue: < 60 }, $"at the start {start}");
        Assert.True(end is { Red: < 60, Blue: > 200 }, $"at the end {end}");

        var cost = (await user.GetAsync($"/api/jobs/{job}")).GetProperty("cost_cents").GetInt64();
        Assert.True(cost >= 1);
        Assert.Equal(["topup +500", $"debit -{cost}"], await user.StatementAsync());
        Assert.Equal(500 - cost, await user.BalanceAsync());

        using var redirect = await user.SendAsync(HttpMethod.Get, $"/api/download/{job}?redirect=1");
        Assert.Equal(HttpStatusCode.Redirect, redirect.StatusCode);
    }

    [Fact]
    public async Task One_stream_shows_the_payment_the_balance_and_the_job()
    {
        using var user = await User.ArriveAsync(stack);
        using var client = new HttpClient { BaseAddress = stack.Url, Timeout = Timeout.InfiniteTimeSpan };
        using var stream = await EventReader.OpenAsync(client, "/api/events", isHttp2: false, token: user.Token);
        var (session, checkoutUrl) = await user.StartTopupAsync(500);
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        // In whichever order they come.
        var (isPaid, isCredited) = (false, false);
        await stream.NextAsync(next =>
        {
            isPaid |= next.Name == "topup" && Text(next, "session_id") == session && Text(next, "status") == "paid";
            isCredited |= next.Name == "wallet" && next.Data.GetProperty("balance_cents").GetInt64() == 500;
            return isPaid && isCredited;
        });
        var key = await user.UploadClipAsync(320, 180, seconds: 1);
        var job = await user.ExportAsync(key);
        var completed = await stream.NextAsync(
            next => next.Name == "job" && Text(next, "job_id") == job && Text(next, "status") == "completed");
        using var again = await EventReader.OpenAsync(client, "/api/events", completed.Id, isHttp2: false, token: user.Token);
        var second = await user.StartTopupAsync(700);
        await again.NextAsync(next => next.Name == "topup" && Text(next, "session_id") == second.SessionId);

        static string? Text(ReceivedEvent next, string member) => next.Data.GetProperty(member).GetString();
    }

    [Fact]
    public async Task A_frame_rate_that_was_ordered_is_that_of_the_result()
    {
        using var user = await User.ArriveAsync(stack);
        await user.TopupAsync(500);
        var key = await user.UploadAsync(await CorpusFiles.ReadAsync("mute.mp4"), "mute.mp4", "video/mp4");
        var order = new { source_key = key, upscale_model = "RIFE", target_fps = 50, target_resolution = "720p" };
        var job = (await user.PostAsync("/api/export", order)).GetProperty("job_id").GetString()!;
        Assert.Equal("completed", (await user.FollowAsync(job))[^1].GetProperty("status").GetString());
        using var result = await user.DownloadAsync(job);
        var facts = await ClipFacts.OfAsync(await File.ReadAllBytesAsync(result.Path));
        Assert.Equal("50/1", facts.FrameRate);
        Assert.Equal(1, facts.Duration, 0.05);
    }

    [Fact]
    public async Task A_declined_card_leaves_the_balance_as_it_was()
    {
        using var user = await User.ArriveAsync(stack);
        var (session, checkoutUrl) = await user.StartTopupAsync(500);
        Assert.Equal(HttpStatusCode.PaymentRequired, await User.PayAsync(checkoutUrl, "4000000000000002"));
        Assert.Equal("open", (await user.GetAsync($"/api/topup/{session}")).GetProperty("status").GetString());
        Assert.Equal(0, await user.BalanceAsync());
        Assert.Empty(await user.StatementAsync());

        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == 500, "another card pays");
    }

    [Theory]
    [InlineData("crash_worker", null, 3)]
    [InlineData("no_output", null, 3)]
    [InlineData("status", 400, 100)]
    public async Task A_job_that_cannot_be_done_gives_its_cost_back_once(string kind, int? status, int times)
    {
        using var user = await User.ArriveAsync(stack);
        await user.TopupAsync(500);
        var key = await user.UploadClipAsync(320, 180, seconds: 1);
        await stack.FaultAsync(new { cloud = "runpod", match = "POST /v2/local/run", kind, times, status });
        try
        {
            var job = await user.ExportAsync(key);
            var ended = await user.EndedAsync(job);
            Assert.Equal("failed", ended.GetProperty("status").GetString());
            var cost = ended.GetProperty("cost_cents").GetInt64();
            Assert.Equal(["topup +500", $"debit -{cost}", $"refund +{cost}"], await user.StatementAsync());
            Assert.Equal(500, await user.BalanceAsync());
        }
        finally
        {
            await stack.ClearFaultsAsync();
        }
    }

    [Fact]
    public async Task A_cancelled_job_gives_its_cost_back_once()
    {
        using var user = await User.ArriveAsync(stack);
        await user.TopupAsync(500);
        var key = await user.UploadClipAsync(320, 180, seconds: 1);
        await stack.FaultAsync(new { cloud = "runpod", match = "POST /v2/local/run", kind = "stall_worker", times = 1 });
        var job = await user.ExportAsync(key);
        await Eventually.IsTrueAsync(async () => (await user.GetAsync($"/api/jobs/{job}")).GetProperty("status").GetString() == "running",
            "the job runs");

        await user.PostAsync($"/api/jobs/{job}/cancel", new { });
        var ended = await user.EndedAsync(job);
        Assert.Equal("cancelled", ended.GetProperty("status").GetString());
        Assert.Equal(500, await user.BalanceAsync());
        Assert.Single(await user.StatementAsync(), line => line.StartsWith("refund", StringComparison.Ordinal));

        using var again = await user.SendAsync(HttpMethod.Post, $"/api/jobs/{job}/cancel");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }
}
