using System.Text.Json;

namespace ReelBallers.Accounts.Tests;

/// <summary>Operators see the endpoints of RunPod; an admin pauses and resumes one.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class EndpointTests(OperatorsFixture operators)
{
    private const string Endpoints = "/api/admin/endpoints";

    [Fact]
    public async Task Support_reads_them()
    {
        var (status, body) = await operators.GetAsync(Endpoints);
        var endpoint = Assert.Single(body.GetProperty("endpoints").EnumerateArray());
        Assert.Equal((200, "local", true, 0, JsonValueKind.Null, JsonValueKind.Null), (
            status, endpoint.GetProperty("endpoint_id").GetString(), endpoint.GetProperty("paused").GetBoolean(),
            endpoint.GetProperty("workers").GetInt64(), endpoint.GetProperty("queued_jobs").ValueKind,
            endpoint.GetProperty("paused_until").ValueKind));
        Assert.Equal(404, (await operators.SendAsync(HttpMethod.Get, Endpoints, operators.Support, role: null)).Status);
    }

    [Fact]
    public async Task An_admin_pauses_and_resumes_one_with_a_reason_in_the_audit_log()
    {
        var reason = $"A new image {Guid.NewGuid()}.";
        var paused = await operators.ActAsync($"{Endpoints}/local/pause", new { minutes = 30, reason });
        Assert.Equal((200, 1970), (paused.Status, paused.Body.GetProperty("paused_until").GetDateTimeOffset().Year));
        Assert.Single(operators.Others.JobActs, one => one == $"pause local 30 by {operators.Admin}: {reason}");
        const string before = """{"paused":true,"paused_until":null}""";
        Assert.Equal(
            $$"""endpoint_paused 0 {{before}} {"minutes":30};endpoint_paused 1 - {"paused_until":"1970-01-01T00:00:00+00:00"}""",
            await operators.EntriesAsync($"target = 'local' and reason = '{reason}'"));

        var resumed = await operators.ActAsync($"{Endpoints}/local/resume", new { reason = "It works." });
        Assert.Equal(200, resumed.Status);
        Assert.Contains("resume local", operators.Others.JobActs);
        Assert.Equal(
            $$"""endpoint_resumed 0 {{before}} -;endpoint_resumed 1 - {"was_paused":true}""",
            await operators.EntriesAsync($"act_id = '{resumed.Body.GetProperty("act_id").GetString()}'"));
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task An_act_needs_an_endpoint_a_reason_and_an_admin(string act)
    {
        var acts = operators.Others.JobActs.Count;
        var missing = await operators.ActAsync($"{Endpoints}/other/{act}", new { reason = "Test." });
        Assert.Equal((404, "endpoint_not_found"), (missing.Status, missing.Body.GetProperty("code").GetString()));
        Assert.Equal(400, (await operators.ActAsync($"{Endpoints}/local/{act}", new { reason = "" })).Status);
        Assert.Equal(403, (await operators.SendAsync(
            HttpMethod.Post, $"{Endpoints}/local/{act}", operators.Support, "support", new { reason = "Test." }, $"{Guid.NewGuid()}"))
            .Status);
        Assert.Equal(acts, operators.Others.JobActs.Count);
    }

    [Fact]
    public async Task The_time_of_a_pause_is_checked()
    {
        foreach (var minutes in new[] { 0, 43_201 })
        {
            Assert.Equal(400, (await operators.ActAsync($"{Endpoints}/local/pause", new { minutes, reason = "Test." })).Status);
        }
    }
}
