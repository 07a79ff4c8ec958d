using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>An act that needs two people: of an admin, and of a user who is one for a moment.</summary>
internal static class ApprovalCalls
{
    private const string Approvals = "/api/admin/approvals";

    /// <param name="client">Its session is an admin's.</param>
    /// <param name="uid">A user with an account.</param>
    /// <param name="token">Of a session of the user's.</param>
    public static async Task MakeAsync(ContractClient client, string uid, string token)
    {
        var admin = client.Token;
        await OperatorCalls.ActAsync(client, HttpMethod.Put, $"/api/admin/users/{uid}/role", new { role = "admin", reason = "test" });
        var (first, second) = (await AskAsync(client, uid), await AskAsync(client, uid));
        Assert.NotEmpty((await client.GetAsync($"{Approvals}?status=pending&limit=2")).GetProperty("approvals").EnumerateArray());
        await client.GetAsync($"{Approvals}/{first}");
        await client.FailAsync(404, "approval_not_found", HttpMethod.Get, $"{Approvals}/{Guid.NewGuid()}");
        Assert.Equal(409, (await DecideAsync(client, first, "approve")).Status);
        client.Token = token;
        await Eventually.IsTrueAsync(
            async () => (await client.SendAsync(HttpMethod.Get, Approvals)).Status == 200, "the Gateway knows the second admin");
        Assert.Equal(200, (await DecideAsync(client, first, "approve")).Status);
        Assert.Equal(200, (await DecideAsync(client, second, "reject")).Status);
        client.Token = admin;
        await PauseAsync(client);
        await OperatorCalls.ActAsync(client, HttpMethod.Put, $"/api/admin/users/{uid}/role", new { role = "user", reason = "test" });
    }

    private static async Task PauseAsync(ContractClient client)
    {
        var endpoint = (await client.GetAsync("/api/admin/endpoints")).GetProperty("endpoints")[0].GetProperty("endpoint_id").GetString();
        var path = $"/api/admin/endpoints/{endpoint}";
        await OperatorCalls.ActAsync(client, HttpMethod.Post, $"{path}/pause", new { minutes = 1, reason = "test" });
        await OperatorCalls.ActAsync(client, HttpMethod.Post, $"{path}/resume", new { reason = "test" });
    }

    private static async Task<string> AskAsync(ContractClient client, string uid)
    {
        var body = new { kind = "bonus", amount_cents = 10_001, reason = "test" };
        var answer = await client.SendAsync(
            HttpMethod.Post, $"/api/admin/users/{uid}/credits", JsonContent.Create(body), ("Idempotency-Key", $"{Guid.NewGuid()}"));
        Assert.True(answer.Status == 202, $"{answer.Status} {answer.Body}");
        return JsonSerializer.Deserialize<JsonElement>(answer.Body).GetProperty("approval_id").GetString()!;
    }

    private static Task<ApiAnswer> DecideAsync(ContractClient client, string approval, string act) => client.SendAsync(
        HttpMethod.Post, $"{Approvals}/{approval}/{act}", JsonContent.Create(new { reason = "test" }),
        ("Idempotency-Key", $"{Guid.NewGuid()}"));
}
