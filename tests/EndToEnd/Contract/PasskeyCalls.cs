using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>Every operation of passkeys.</summary>
internal static class PasskeyCalls
{
    private const string Passkeys = "/api/account/passkeys";
    private const string SignIn = "/api/auth/passkey";

    /// <summary>Those that succeed, and what only an account can be told. The client is signed in by a passkey afterwards.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="client">Its user has an account.</param>
    public static async Task MakeAsync(Stack stack, ContractClient client)
    {
        var origin = stack.AppUrl.GetLeftPart(UriPartial.Authority);
        using var passkey = new TestAuthenticator(origin);
        var options = (await client.PostAsync($"{Passkeys}/options", new { })).GetProperty("public_key");
        Assert.Equal(stack.AppUrl.Host, options.GetProperty("rp").GetProperty("id").GetString());
        var credential = passkey.Create(options);
        Assert.Equal(201, (await client.SendAsync(HttpMethod.Post, Passkeys, Body(credential.DeepClone(), "My phone"))).Status);
        await client.FailAsync(410, "challenge_expired", HttpMethod.Post, Passkeys, Body(credential));
        options = (await client.PostAsync($"{Passkeys}/options", new { })).GetProperty("public_key");
        await client.FailAsync(409, "passkey_exists", HttpMethod.Post, Passkeys, Body(passkey.Create(options)));
        passkey.Origin = "https://attacker.invalid";
        options = (await client.PostAsync($"{Passkeys}/options", new { })).GetProperty("public_key");
        await client.FailAsync(400, "passkey_invalid", HttpMethod.Post, Passkeys, Body(passkey.Create(options)));
        await client.FailAsync(400, "passkey_invalid", HttpMethod.Post, SignIn, Body(passkey.Sign(await AskAsync(client))));
        passkey.Origin = origin;

        var signed = passkey.Sign(await AskAsync(client));
        client.Token = (await client.PostAsync(SignIn, new { credential = signed })).GetProperty("token").GetString();
        await client.FailAsync(410, "challenge_expired", HttpMethod.Post, SignIn, Body(signed.DeepClone()));
        Assert.Equal(
            JsonValueKind.String,
            (await client.GetAsync(Passkeys)).GetProperty("passkeys")[0].GetProperty("last_used_at").ValueKind);
        var known = 1;
        for (; await client.SendAsync(HttpMethod.Post, $"{Passkeys}/options") is { Status: 200 } answer; known++)
        {
            using var next = new TestAuthenticator(origin);
            await client.PostAsync(Passkeys, new
            {
                credential = next.Create(JsonSerializer.Deserialize<JsonElement>(answer.Body).GetProperty("public_key")),
            });
        }
        Assert.Equal(10, known);
        await client.FailAsync(409, "too_many_passkeys", HttpMethod.Post, $"{Passkeys}/options");
        foreach (var one in (await client.GetAsync(Passkeys)).GetProperty("passkeys").EnumerateArray())
        {
            Assert.Equal(204, (await client.SendAsync(HttpMethod.Delete, $"{Passkeys}/{one.GetProperty("id").GetString()}")).Status);
        }
        await client.FailAsync(404, "passkey_not_found", HttpMethod.Delete, $"{Passkeys}/{Guid.NewGuid()}");
        await client.FailAsync(400, "passkey_invalid", HttpMethod.Post, SignIn, Body(passkey.Sign(await AskAsync(client))));
    }

    /// <summary>Those that are rejected.</summary>
    /// <param name="client">Its user has no account.</param>
    public static async Task RejectAsync(ContractClient client)
    {
        using var passkey = new TestAuthenticator("https://attacker.invalid");
        var challenge = JsonSerializer.SerializeToElement(new
        {
            challenge = new string('A', 43),
            rp = new { id = "localhost" },
            user = new { id = "AAAA" },
        });
        await client.FailAsync(403, "sign_in_required", HttpMethod.Post, $"{Passkeys}/options");
        await client.FailAsync(403, "sign_in_required", HttpMethod.Post, Passkeys, Body(passkey.Create(challenge)));
        await client.FailAsync(404, "passkey_not_found", HttpMethod.Delete, $"{Passkeys}/1");
        Assert.Empty((await client.GetAsync(Passkeys)).GetProperty("passkeys").EnumerateArray());
    }

    private static async Task<JsonElement> AskAsync(ContractClient client) =>
        (await client.PostAsync($"{SignIn}/options", new { })).GetProperty("public_key");

    private static JsonContent Body(JsonNode credential, string? name = null) =>
        JsonContent.Create(new JsonObject { ["credential"] = credential, ["name"] = name });
}
