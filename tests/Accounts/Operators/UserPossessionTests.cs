using System.Text.Json;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

/// <summary>What an operator reads of a user's payments, jobs and files, and does to a job.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class UserPossessionTests(OperatorsFixture operators)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task Payments_jobs_and_files_are_read_in_pages_by_support()
    {
        var payment = await FirstAsync("payments");
        Assert.Equal(("cs_1", "open", JsonValueKind.Null, JsonValueKind.Null), (
            payment.GetProperty("session_id").GetString(), payment.GetProperty("status").GetString(),
            payment.GetProperty("payment_id").ValueKind, payment.GetProperty("paid_cents").ValueKind));
        var job = await FirstAsync("jobs");
        Assert.Equal(("timed_out", 5, JsonValueKind.Null, 7), (
            job.GetProperty("status").GetString(), job.GetProperty("quoted_cents").GetInt64(),
            job.GetProperty("refunded_cents").ValueKind, job.GetProperty("provider_microdollars").GetInt64()));
        Assert.Equal("lost", job.GetProperty("runs")[0].GetProperty("state").GetString());
        var settled = (await operators.GetAsync($"/api/admin/users/{_user}/jobs?cursor=next")).Body.GetProperty("jobs")[0];
        Assert.Equal(5, settled.GetProperty("refunded_cents").GetInt64());
        var upload = await FirstAsync("files");
        Assert.Equal(("upload", "open", 9), (
            upload.GetProperty("kind").GetString(), upload.GetProperty("status").GetString(), upload.GetProperty("size_bytes").GetInt64()));
        var output = (await operators.GetAsync($"/api/admin/users/{_user}/files")).Body.GetProperty("files")[1];
        Assert.Equal(("output", "removed", JobsStandIn.DeadJob, JsonValueKind.Null), (
            output.GetProperty("kind").GetString(), output.GetProperty("status").GetString(), output.GetProperty("job_id").GetString(),
            output.GetProperty("size_bytes").ValueKind));
    }

    [Theory]
    [InlineData("payments")]
    [InlineData("jobs")]
    [InlineData("files")]
    public async Task A_wrong_page_a_wrong_user_and_other_callers_are_rejected(string what)
    {
        Assert.Equal(400, (await operators.GetAsync($"/api/admin/users/{_user}/{what}?cursor=bad")).Status);
        Assert.Equal(400, (await operators.GetAsync($"/api/admin/users/{_user}/{what}?limit=101")).Status);
        Assert.Equal(404, (await operators.GetAsync($"/api/admin/users/1/{what}")).Status);
        var answer = await operators.SendAsync(HttpMethod.Get, $"/api/admin/users/{_user}/{what}", operators.Support, role: null);
        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task A_job_is_cancelled_and_started_again_once_with_a_reason_in_the_audit_log()
    {
        var job = NewJob();
        var key = $"{Guid.NewGuid()}";
        var path = $"/api/admin/jobs/{job.ToUpperInvariant()}/retry";
        var body = new { cost_cents = 5, reason = "No disk space." };
        operators.Others.OwnersOfJobs[job.ToUpperInvariant()] = $"{_user}";
        var (status, retried) = await operators.SendAsync(HttpMethod.Post, path, operators.Support, "support", body, key);
        Assert.Equal((200, 95), (status, retried.GetProperty("balance_cents").GetInt64()));
        Assert.Equal(200, (await operators.SendAsync(HttpMethod.Post, path, operators.Support, "support", body, key)).Status);
        var act = retried.GetProperty("act_id").GetString();
        Assert.Single(operators.Others.JobActs, one => one == $"retry {job.ToUpperInvariant()} {act} 5");
        Assert.Equal(
            """job_retried 0 {"status":"failed"} {"cost_cents":5};job_retried 1 - """
                + $$"""{"uid":"{{_user}}","job_id":"{{JobsStandIn.DeadJob}}","cost_cents":5,"balance_cents":95}""",
            await operators.EntriesAsync($"act_id = '{act}' and subject_id = '{_user}' and reason = 'No disk space.'"));

        var cancelled = await operators.ActAsync($"/api/admin/jobs/{job}/cancel", new { reason = "As asked." });
        Assert.Equal((200, "cancelled"), (cancelled.Status, cancelled.Body.GetProperty("status").GetString()));
        Assert.Equal(
            """job_cancelled 0 {"status":"failed"} -;job_cancelled 1 - {"status":"cancelled"}""",
            await operators.EntriesAsync($"target = '{job}' and subject_id = '{_user}'"));
    }

    [Theory]
    [InlineData("cancel", "job_not_cancellable")]
    [InlineData("retry", "insufficient_funds")]
    public async Task What_Jobs_rejects_has_changed_nothing(string act, string code)
    {
        operators.Others.OwnersOfJobs[StandIns.EndedJob] = $"{_user}";
        var answer = await operators.ActAsync($"/api/admin/jobs/{StandIns.EndedJob}/{act}", new { reason = "As asked." });
        Assert.Equal((409, code), (answer.Status, answer.Body.GetProperty("service_code").GetString()));
        Assert.Equal(1, await operators.Database.ScalarAsync<long>(
            $"select count(*) from audit_entries where subject_id = '{_user}' and state = 2 and after like '%{code}%'"));
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task An_act_needs_a_job_a_reason_and_a_role(string act)
    {
        var job = NewJob();
        var missing = await operators.ActAsync($"/api/admin/jobs/{Guid.NewGuid()}/{act}", new { reason = "As asked." });
        Assert.Equal((404, "job_not_found"), (missing.Status, missing.Body.GetProperty("code").GetString()));
        Assert.Equal(400, (await operators.ActAsync($"/api/admin/jobs/{job}/{act}", new { reason = "" })).Status);
        var user = await operators.SendAsync(
            HttpMethod.Post, $"/api/admin/jobs/{job}/{act}", _user, "support", new { reason = "As asked." }, $"{Guid.NewGuid()}");
        Assert.Equal(404, user.Status);
        Assert.Equal("", await operators.EntriesAsync($"target = '{job}'"));
        Assert.DoesNotContain(operators.Others.JobActs, one => one.Contains(job, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_price_of_a_retry_is_checked()
    {
        var answer = await operators.ActAsync($"/api/admin/jobs/{NewJob()}/retry", new { cost_cents = 0, reason = "As asked." });
        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Body.GetProperty("code").GetString()));
    }

    private string NewJob()
    {
        var job = $"{Guid.NewGuid()}";
        operators.Others.OwnersOfJobs[job] = $"{_user}";
        return job;
    }

    private async Task<JsonElement> FirstAsync(string what)
    {
        var (status, body) = await operators.GetAsync($"/api/admin/users/{_user}/{what}?limit=3");
        Assert.Equal((200, "next 3"), (status, body.GetProperty("next_cursor").GetString()));
        return body.GetProperty(what)[0];
    }
}
