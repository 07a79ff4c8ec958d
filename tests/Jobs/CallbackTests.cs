using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs.Tests;

public class CallbackTests(JobsStack stack) : IClassFixture<JobsStack>
{
    [Fact]
    public async Task A_callback_without_the_jobs_own_token_is_not_heard()
    {
        var user = await stack.UserAsync();
        var work = await stack.SubmittedAsync(await user.CreateAsync());
        var other = await stack.SubmittedAsync(await user.CreateAsync());
        var path = $"/api/runpod/webhook/{work.JobId}";
        var token = work.Webhook.Query;
        foreach (var forged in new[] { path, path + "?token=", path + other.Webhook.Query, path + token[..^1], path + token + "0", path + token.ToUpperInvariant(), path + "?token=%00" })
        {
            using var response = await stack.CallBackAsync(work, pathAndQuery: forged);
            Assert.Equal((forged, HttpStatusCode.NotFound), (forged, response.StatusCode));
        }
        using var unknown = await stack.CallBackAsync(work, pathAndQuery: $"/api/runpod/webhook/{Guid.NewGuid()}{token}");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_callback_that_lies_moves_nothing()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        foreach (var said in new[] { "COMPLETED", "FAILED", "CANCELLED" })
        {
            var reads = work.Reads;
            using (await stack.CallBackAsync(work, said))
            {
            }
            await TestKit.Eventually.IsTrueAsync(() => Task.FromResult(work.Reads > reads), "RunPod is asked");
            Assert.Equal("queued", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        }
        Assert.Equal((95, 5), await user.BalanceAsync());
    }

    [Fact]
    public async Task A_callback_that_names_another_jobs_result_does_not_borrow_it()
    {
        var user = await stack.UserAsync();
        var mine = await stack.SubmittedAsync(await user.CreateAsync());
        var other = await stack.SubmittedAsync(await user.CreateAsync());
        other.Status = "COMPLETED";
        await other.PutOutputAsync();
        var reads = mine.Reads;
        using (await stack.CallBackAsync(other, pathAndQuery: mine.Webhook.PathAndQuery))
        {
        }
        await TestKit.Eventually.IsTrueAsync(() => Task.FromResult(mine.Reads > reads + 1), "mine is looked at");
        Assert.Equal("queued", (await user.GetAsync(mine.JobId)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Doubled_and_late_callbacks_change_nothing_after_the_end()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        work.Status = "COMPLETED";
        var callbacks = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stack.CallBackAsync(work)));
        Assert.All(callbacks, callback => Assert.Equal(HttpStatusCode.OK, callback.StatusCode));
        var done = await user.EndsAsync(jobId, "completed");
        work.Status = "FAILED";
        using (var late = await stack.CallBackAsync(work, "FAILED"))
        {
            Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        }
        await Task.Delay(1500);
        Assert.Equal(done.GetRawText(), (await user.EndsAsync(jobId, "completed")).GetRawText());
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_is_refused()
    {
        var user = await stack.UserAsync();
        var work = await stack.SubmittedAsync(await user.CreateAsync());
        using var client = stack.App.CreateClient();
        using var body = new StringContent("no", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(work.Webhook.PathAndQuery, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public void A_token_is_of_one_job_and_one_key()
    {
        static CallbackToken With(string key) => new(Options.Create(new RunPodOptions { CallbackKey = key }), Options.Create(new AppOptions()));
        var job = Guid.Parse("0190a000-0000-7000-8000-000000000001");
        var token = With("key-of-sixteen-chars").For(job);
        Assert.Matches("^[0-9a-f]{64}$", token);
        Assert.True(With("key-of-sixteen-chars").IsValid(job, token));
        Assert.False(With("another-key-of-some").IsValid(job, token));
        Assert.False(With("key-of-sixteen-chars").IsValid(Guid.NewGuid(), token));
        Assert.False(With("key-of-sixteen-chars").IsValid(job, null));
    }
}
