using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The user starts a job that did not complete again, as a new job.</summary>
public sealed class RetryTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    public void Dispose() => stack.Heal();

    [Theory]
    [InlineData("FAILED", "failed")]
    [InlineData("CANCELLED", "cancelled")]
    [InlineData("TIMED_OUT", "timed_out")]
    public async Task A_job_that_did_not_complete_is_started_again_with_a_new_hold(string said, string status)
    {
        var user = await stack.UserAsync();
        var first = await EndedAsync(user, said, status);
        using var response = await user.PostAsync($"/api/jobs/{first}/retry", new { }, "retry-1");
        var accepted = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var second = accepted.GetProperty("job_id").GetGuid();
        Assert.NotEqual(first, second);
        Assert.Equal($"/api/jobs/{second}", response.Headers.Location?.ToString());
        Assert.Equal((first, 5, 95), (
            accepted.GetProperty("retry_of").GetGuid(), accepted.GetProperty("cost_cents").GetInt64(),
            accepted.GetProperty("balance_cents").GetInt64()));

        var (before, work) = (await stack.SubmittedAsync(first), await stack.SubmittedAsync(second));
        Assert.Equal(Task(before), Task(work));
        await work.DeliverAsync();
        var job = await user.EndsAsync(second, "completed");
        Assert.Equal(first, job.GetProperty("retry_of").GetGuid());
        Assert.Equal(status, (await user.GetAsync(first)).GetProperty("status").GetString());
        Assert.Equal([100, -5, 5, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_starts_nothing()
    {
        var user = await stack.UserAsync();
        var first = await EndedAsync(user, "FAILED", "failed");
        using var one = await user.PostAsync($"/api/jobs/{first}/retry", new { }, "retry-1");
        using var again = await user.PostAsync($"/api/jobs/{first}/retry", new { }, "retry-1");
        Assert.Equal(await one.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(["true"], again.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal([100, -5, 5, -5], await user.StatementAsync());
        using var other = await user.PostAsync($"/api/jobs/{first}/retry", new { cost_cents = 5 }, "retry-1");
        Assert.Equal("idempotency_key_reused", await CodeAsync(other));
    }

    [Fact]
    public async Task A_job_that_has_not_ended_or_has_completed_is_not_retryable()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await IsNotRetryableAsync(user, jobId, "queued");
        await work.DeliverAsync();
        await user.EndsAsync(jobId, "completed");
        await IsNotRetryableAsync(user, jobId, "completed");
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_retry_is_rejected_like_any_request_for_a_job()
    {
        var user = await stack.UserAsync(cents: 7);
        var jobId = await EndedAsync(user, "FAILED", "failed");
        await IsRejectedAsync(user, jobId, new { cost_cents = 4 }, 409, "price_changed");
        await IsRejectedAsync(user, jobId, new { cost_cents = 0 }, 400, "invalid_request");
        await IsRejectedAsync(await stack.UserAsync(), jobId, new { }, 404, "job_not_found");
        await IsRejectedAsync(user, Guid.NewGuid(), new { }, 404, "job_not_found");
        using (var started = await user.PostAsync($"/api/jobs/{jobId}/retry", new { }))
        {
            Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        }
        await IsRejectedAsync(user, jobId, new { }, 402, "insufficient_funds");
        await stack.StorageDatabase.ExecuteAsync($"delete from uploads where user_id = '{user.UserId}'");
        await IsRejectedAsync(user, jobId, new { }, 404, "source_not_found");
    }

    [Fact]
    public async Task A_retry_needs_no_body()
    {
        var user = await stack.UserAsync();
        var jobId = await EndedAsync(user, "FAILED", "failed");
        using var response = await user.Client.PostAsync($"/api/jobs/{jobId}/retry", content: null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static string Task(ScriptedJob work) => string.Join(
        ' ', work.Input.GetProperty("type"), work.Input.GetProperty("target_resolution"), work.Input.GetProperty("source_url").GetString()!
            .Split('?')[0]);

    private async Task<Guid> EndedAsync(JobUser user, string said, string status)
    {
        var jobId = await user.CreateAsync();
        (await stack.SubmittedAsync(jobId)).Status = said;
        await user.EndsAsync(jobId, status);
        return jobId;
    }

    private static async Task IsNotRetryableAsync(JobUser user, Guid jobId, string status)
    {
        using var response = await user.PostAsync($"/api/jobs/{jobId}/retry", new { });
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            (HttpStatusCode.Conflict, "job_not_retryable", status),
            (response.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("job_status").GetString()));
    }

    private static async Task IsRejectedAsync(JobUser user, Guid jobId, object body, int status, string code)
    {
        using var response = await user.PostAsync($"/api/jobs/{jobId}/retry", body);
        Assert.Equal((status, code), ((int)response.StatusCode, await CodeAsync(response)));
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
