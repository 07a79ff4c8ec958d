using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>Every operation of <c>/api/admin</c>, by an admin.</summary>
internal static class OperatorCalls
{
    /// <param name="client">Its session is an admin's.</param>
    /// <param name="uid">A user with an account.</param>
    /// <param name="email">The user's address.</param>
    /// <param name="jobId">A job of the user's.</param>
    /// <param name="paymentId">A payment of the user's.</param>
    /// <param name="deadMail">The recipient of a mail that was given up.</param>
    public static async Task MakeAsync(
        ContractClient client, string uid, string email, string jobId, string paymentId, string deadMail)
    {
        foreach (var query in new[] { $"uid={uid}", $"email={email}", $"job={jobId}" })
        {
            var found = (await client.GetAsync($"/api/admin/users?{query}")).GetProperty("users")[0];
            Assert.Equal(uid, found.GetProperty("uid").GetString());
        }
        await ActAsync(client, HttpMethod.Put, $"/api/admin/users/{uid}/role", new { role = "support", reason = "test" });
        await ActAsync(client, HttpMethod.Put, $"/api/admin/users/{uid}/role", new { role = "user", reason = "test" });
        await ActAsync(
            client, HttpMethod.Post, $"/api/admin/users/{uid}/credits", new { kind = "bonus", amount_cents = 5, reason = "test" });
        var frozen = await ActAsync(client, HttpMethod.Post, $"/api/admin/users/{uid}/freeze", new { reason = "test" });
        var freeze = frozen.GetProperty("freeze_id").GetString();
        await ActAsync(client, HttpMethod.Post, $"/api/admin/users/{uid}/thaw", new { freeze_id = freeze, reason = "test" });
        var guest = Guid.NewGuid();
        await ActAsync(
            client, HttpMethod.Post, $"/api/admin/users/{guest}/credits", new { kind = "bonus", amount_cents = 5, reason = "test" });
        await ActAsync(client, HttpMethod.Post, $"/api/admin/users/{guest}/join", new { into = uid, reason = "test" });
        await Eventually.IsTrueAsync(
            async () => (await ActAsync(
                client, HttpMethod.Post, $"/api/admin/users/{guest}/join", new { into = uid, reason = "test" }))
                .GetProperty("status").GetString() == "joined",
            "the anonymous user is joined");
        await ActAsync(
            client, HttpMethod.Post, $"/api/admin/payments/{paymentId}/refund", new { amount_cents = 1, reason = "test" });
        await ActAsync(client, HttpMethod.Post, $"/api/admin/users/{Guid.NewGuid()}/sessions/revoke", new { reason = "test" });
        var tasks = await client.GetAsync("/api/admin/provisioning/tasks?limit=100");
        var task = tasks.GetProperty("tasks").EnumerateArray().First(one => one.GetProperty("action").GetString() == "grant");
        await ActAsync(
            client, HttpMethod.Post, $"/api/admin/provisioning/tasks/{task.GetProperty("grant_id").GetString()}/complete",
            new { reason = "test" });
        await client.GetAsync("/api/admin/provisioning/health");
        foreach (var part in new[] { "", "/ledger", "/mails", "/audit", "/sessions", "/grants" })
        {
            await client.GetAsync($"/api/admin/users/{uid}{part}");
        }
        await client.GetAsync("/api/admin/audit?limit=1");
        await client.GetAsync("/api/admin/audit/check");
        var mail = await Eventually.BecomesAsync(
            async () => (await client.GetAsync("/api/admin/dead-letters")).GetProperty("dead_letters").EnumerateArray()
                .FirstOrDefault(letter => letter.GetProperty("error").GetString()!.Contains("suppressed", StringComparison.Ordinal)),
            letter => letter.ValueKind == JsonValueKind.Object, $"the mail to {deadMail} is given up");
        await ActAsync(client, HttpMethod.Post, "/api/admin/suppressions/lift", new { email = deadMail, reason = "test" });
        await ActAsync(
            client, HttpMethod.Post, $"/api/admin/dead-letters/mails/{mail.GetProperty("id").GetString()}/replay", new { reason = "test" });
    }

    /// <summary>An act that succeeds.</summary>
    public static async Task<JsonElement> ActAsync(ContractClient client, HttpMethod method, string path, object body)
    {
        var answer = await client.SendAsync(method, path, JsonContent.Create(body), ("Idempotency-Key", $"{Guid.NewGuid()}"));
        Assert.True(answer.Status == 200, $"{method} {path}: {answer.Status} {answer.Body}");
        return JsonSerializer.Deserialize<JsonElement>(answer.Body);
    }
}
