using System.Text.Json;

namespace ReelBallers.Accounts.Tests;

/// <summary>Operators see how access to outside systems stands, and do by hand what the API did not.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class ProvisioningTests(OperatorsFixture operators)
{
    private const string Tasks = "/api/admin/provisioning/tasks";
    private static readonly object Done = new { reason = "Given on the page." };

    [Fact]
    public async Task Support_reads_the_health_the_tasks_and_the_grants_of_a_user()
    {
        var (status, health) = await operators.GetAsync("/api/admin/provisioning/health");
        Assert.Equal((200, 2, 0.75, "The outside system answered 500."), (
            status, health.GetProperty("pending").GetInt64(), health.GetProperty("success_rate").GetDouble(),
            health.GetProperty("last_error").GetString()));

        var tasks = (await operators.GetAsync($"{Tasks}?limit=1")).Body;
        Assert.Equal("next", tasks.GetProperty("next_cursor").GetString());
        var task = tasks.GetProperty("tasks")[0];
        Assert.Equal(("grant", "PUB;1", "Jo", "1970-01-02"), (
            task.GetProperty("action").GetString(), task.GetProperty("product").GetString(),
            task.GetProperty("access_username").GetString(), task.GetProperty("access_until").GetString()![..10]));
        var revoke = (await operators.GetAsync($"{Tasks}?cursor=lost")).Body.GetProperty("tasks")[0];
        Assert.Equal(("revoke", JsonValueKind.Null), (
            revoke.GetProperty("action").GetString(), revoke.GetProperty("access_until").ValueKind));
        Assert.Equal(400, (await operators.GetAsync($"{Tasks}?cursor=bad")).Status);
        Assert.Equal(400, (await operators.GetAsync($"{Tasks}?limit=0")).Status);

        var user = Guid.NewGuid();
        var grants = (await operators.GetAsync($"/api/admin/users/{user}/grants")).Body.GetProperty("grants");
        Assert.Equal("manual", grants[0].GetProperty("state").GetString());
        Assert.Equal(404, (await operators.GetAsync("/api/admin/users/1/grants")).Status);
    }

    [Fact]
    public async Task A_task_is_completed_once_with_a_reason_in_the_audit_log()
    {
        var key = $"{Guid.NewGuid()}";
        var path = $"{Tasks}/{StandIns.ManualGrant}/complete";
        var (status, body) = await operators.SendAsync(HttpMethod.Post, path, operators.Support, "support", Done, key);
        Assert.Equal(200, status);
        Assert.Equal(200, (await operators.SendAsync(HttpMethod.Post, path, operators.Support, "support", Done, key)).Status);
        var act = body.GetProperty("act_id").GetString();
        var completed = Assert.Single(operators.Others.Completed, request => request.IdempotencyKey == act);
        Assert.Equal((StandIns.ManualGrant, $"{operators.Support}"), (completed.GrantId, completed.Actor));
        Assert.Equal(
            """grant_completed 0 - -;grant_completed 1 - {"uid":"018f6b1e-0000-7000-8000-0000000000aa"}""",
            await operators.EntriesAsync($"act_id = '{act}' and target = '{StandIns.ManualGrant}' and reason = 'Given on the page.'"));

        var rejected = await operators.ActAsync($"{Tasks}/{StandIns.RefundedGrant}/complete", Done);
        Assert.Equal((409, "grant_not_manual"), (rejected.Status, rejected.Body.GetProperty("service_code").GetString()));
        Assert.Equal(
            """grant_completed 0 - -;grant_completed 2 - {"error_code":"grant_not_manual"}""",
            await operators.EntriesAsync($"target = '{StandIns.RefundedGrant}'"));
        Assert.Equal(400, (await operators.ActAsync(path, new { reason = " " })).Status);
        Assert.Equal(404, (await operators.ActAsync($"{Tasks}/1/complete", Done)).Status);
    }

    [Theory]
    [InlineData("health")]
    [InlineData("tasks")]
    public async Task Nobody_else_reads_them(string what)
    {
        foreach (var role in new[] { null, "user", "owner" })
        {
            Assert.Equal(404, (await operators.SendAsync(
                HttpMethod.Get, $"/api/admin/provisioning/{what}", operators.Support, role)).Status);
        }
    }

    [Fact]
    public async Task Nobody_else_completes_a_task()
    {
        var key = $"{Guid.NewGuid()}";
        foreach (var (user, role) in new[] { (operators.Support, "user"), (Guid.NewGuid(), "support") })
        {
            Assert.Equal(404, (await operators.SendAsync(
                HttpMethod.Post, $"{Tasks}/{StandIns.ManualGrant}/complete", user, role, Done, key)).Status);
        }
        Assert.DoesNotContain(operators.Others.Completed, request => request.IdempotencyKey == key);
    }

    [Fact]
    public async Task A_grant_that_was_given_up_is_a_dead_letter()
    {
        var letters = (await operators.GetAsync("/api/admin/dead-letters")).Body.GetProperty("dead_letters");
        var letter = Assert.Single(letters.EnumerateArray(), one => one.GetProperty("queue").GetString() == "access-grants");
        Assert.Equal((StandIns.ManualGrant, "failed", 5), (
            letter.GetProperty("id").GetString(), letter.GetProperty("kind").GetString(), letter.GetProperty("attempts").GetInt32()));
        Assert.Equal(404, (await operators.ActAsync("/api/admin/dead-letters/access-grants/1/replay", Done)).Status);
    }
}
