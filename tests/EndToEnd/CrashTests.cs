using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

[Collection(nameof(Stack))]
public sealed class CrashTests(Stack stack)
{
    private const string Receipt = "Receipt: $5.00 for 500 credits";

    [Theory]
    [InlineData("gateway")]
    [InlineData("wallet")]
    [InlineData("payments")]
    [InlineData("accounts")]
    [InlineData("storage")]
    [InlineData("jobs")]
    [InlineData("localcloud")]
    [InlineData("postgres")]
    public async Task A_process_killed_in_the_middle_comes_back_and_the_journey_ends_right(string resource)
    {
        using var user = await User.ArriveAsync(stack);
        var email = $"{Guid.NewGuid():N}@example.com";
        await user.SignInAsync(stack, email);

        // Once while a payment is on its way, and once while a job is.
        var (session, checkoutUrl) = await user.StartTopupAsync(500);
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        await stack.KillAsync(resource);
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == 500, "the credits have come", TimeSpan.FromMinutes(3));

        await stack.IsHealthyAsync();
        var key = await user.UploadClipAsync(640, 360, seconds: 2);
        var job = await user.ExportAsync(key, resolution: "1080p");
        await stack.KillAsync(resource);
        var ended = await user.EndedAsync(job);
        await stack.IsHealthyAsync();

        Assert.Equal("completed", ended.GetProperty("status").GetString());
        using var result = await user.DownloadAsync(job);
        Assert.Equal((1920, 1080), await TestVideo.SizeAsync(result.Path));
        var cost = ended.GetProperty("cost_cents").GetInt64();
        Assert.Equal(["topup +500", $"debit -{cost}"], await user.StatementAsync());
        Assert.Equal(500 - cost, await user.BalanceAsync());
        Assert.Equal("paid", (await user.GetAsync($"/api/topup/{session}")).GetProperty("status").GetString());
        // A restart empties the mailbox of LocalCloud.
        if (resource != "localcloud")
        {
            // The receipt may come after it, since the events of Payments are read again a moment after its restart.
            await stack.MailAsync(email, "Your video is ready");
            await stack.MailAsync(email, Receipt);
            Assert.Single(await stack.MailsAsync(email), mail => mail.GetProperty("subject").GetString() == Receipt);
        }
    }
}
