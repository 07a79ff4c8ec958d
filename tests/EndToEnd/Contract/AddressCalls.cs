using System.Net.Http.Json;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>Every operation of <c>/api/account/address</c>.</summary>
internal static class AddressCalls
{
    private const string Address = "/api/account/address";
    private const string Confirm = $"{Address}/confirm";

    /// <summary>Those that succeed, and what only an account can be told. Gives the address that the account has then.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="client">Its user has an account.</param>
    /// <param name="email">The address of the account.</param>
    public static async Task<string> MakeAsync(Stack stack, ContractClient client, string email)
    {
        var wanted = $"{Guid.NewGuid():N}@example.org";
        await client.FailAsync(400, "invalid_request", HttpMethod.Post, Address, JsonContent.Create(new { email }));
        await stack.AdminTokenAsync();
        var taken = await TokensAsync(stack, client, email, Stack.AdminEmail);
        await client.PostAsync(Confirm, new { token = taken[0] });
        await client.FailAsync(409, "address_in_use", HttpMethod.Post, Confirm, JsonContent.Create(new { token = taken[1] }));
        var withdrawn = await TokensAsync(stack, client, email, wanted);
        Assert.Equal(wanted, (await client.GetAsync("/api/account")).GetProperty("pending_email").GetString());
        Assert.Equal(204, (await client.SendAsync(HttpMethod.Delete, Address)).Status);
        await client.FailAsync(410, "link_expired", HttpMethod.Post, Confirm, JsonContent.Create(new { token = withdrawn[0] }));
        var tokens = await TokensAsync(stack, client, email, wanted);
        Assert.False((await client.PostAsync(Confirm, new { token = tokens[1] })).GetProperty("changed").GetBoolean());
        Assert.True((await client.PostAsync(Confirm, new { token = tokens[0] })).GetProperty("changed").GetBoolean());
        Assert.Equal(wanted, (await client.GetAsync("/api/account")).GetProperty("email").GetString());
        return wanted;
    }

    /// <summary>Those that are rejected.</summary>
    /// <param name="client">Its user has no account.</param>
    public static async Task RejectAsync(ContractClient client)
    {
        await client.FailAsync(
            403, "sign_in_required", HttpMethod.Post, Address, JsonContent.Create(new { email = "jo@example.org" }));
        await client.FailAsync(403, "sign_in_required", HttpMethod.Post, Confirm, JsonContent.Create(new { token = "garbage" }));
    }

    private static async Task<string[]> TokensAsync(Stack stack, ContractClient client, string email, string wanted)
    {
        var known = ((await stack.SignInMailsAsync(email)).Count, (await stack.SignInMailsAsync(wanted)).Count);
        Assert.Equal(202, (await client.SendAsync(HttpMethod.Post, Address, JsonContent.Create(new { email = wanted }))).Status);
        return [await stack.SignInTokenAsync(email, known.Item1), await stack.SignInTokenAsync(wanted, known.Item2)];
    }
}
