using System.Text.Json;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The export of an account and its deletion.</summary>
internal static class AccountEndCalls
{
    private const string Account = "/api/account";

    /// <summary>All of them.</summary>
    /// <param name="client">Its user has credits and no open job, and is needed by no other call.</param>
    public static async Task MakeAsync(ContractClient client)
    {
        Assert.True((await client.GetAsync($"{Account}/export")).GetProperty("complete").GetBoolean());
        while (await client.SendAsync(HttpMethod.Get, $"{Account}/export") is { Status: 200 })
        {
        }
        await client.FailAsync(429, "export_limited", HttpMethod.Get, $"{Account}/export");
        await client.FailAsync(400, "invalid_request", HttpMethod.Delete, $"{Account}?forfeit_cents=x");
        var left = JsonSerializer.Deserialize<JsonElement>((await client.SendAsync(HttpMethod.Delete, Account)).Body);
        Assert.Equal("credits_left", left.GetProperty("code").GetString());
        var path = $"{Account}?forfeit_cents={left.GetProperty("balance_cents").GetInt64()}";
        Assert.Equal(204, (await client.SendAsync(HttpMethod.Delete, path)).Status);
        await client.FailAsync(401, "not_authenticated", HttpMethod.Delete, Account);
    }
}
