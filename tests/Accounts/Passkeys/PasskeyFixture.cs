using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>The service, with what a test of passkeys does to it.</summary>
public sealed class PasskeyFixture : AccountsFixture
{
    /// <summary>The app's origin, by configuration.</summary>
    public const string Origin = "https://app.example.com";

    /// <summary>Where requests come from.</summary>
    public const string Client = "203.0.113.21";

    /// <summary>A new account.</summary>
    public Task<Guid> NewAccountAsync() => CreateAccountAsync(NewEmail());

    /// <summary>A passkey that is not added yet.</summary>
    public static TestAuthenticator NewPasskey() => new(Origin);

    /// <summary>An account with a passkey.</summary>
    public async Task<(Guid User, Guid Id, TestAuthenticator Passkey)> NewOwnerAsync(uint signCount = 0)
    {
        var (user, passkey) = (await NewAccountAsync(), NewPasskey());
        passkey.SignCount = signCount;
        var (status, body) = await AddAsync(user, passkey.Create(await OptionsAsync(user)));
        Assert.Equal(HttpStatusCode.Created, status);
        return (user, body.GetProperty("id").GetGuid(), passkey);
    }

    /// <summary>What a browser is asked for to make a passkey.</summary>
    public async Task<JsonElement> OptionsAsync(Guid user, ServiceApp? replica = null)
    {
        var (status, body) = await PostAsync(user, "/api/account/passkeys/options", null, replica);
        Assert.Equal(HttpStatusCode.OK, status);
        return body.GetProperty("public_key");
    }

    /// <summary>Adds a passkey.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body)> AddAsync(
        Guid user, JsonNode? credential, string? name = null, ServiceApp? replica = null) => PostAsync(
            user, "/api/account/passkeys", new JsonObject { ["credential"] = credential, ["name"] = name }, replica);

    /// <summary>What a passkey is asked for to sign in.</summary>
    public async Task<JsonElement> SignInOptionsAsync(Guid user, ServiceApp? replica = null)
    {
        var (status, body) = await PostAsync(user, "/api/auth/passkey/options", null, replica);
        Assert.Equal(HttpStatusCode.OK, status);
        return body.GetProperty("public_key");
    }

    /// <summary>Signs in with an assertion.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body)> EnterAsync(Guid? user, JsonNode? credential, ServiceApp? replica = null) =>
        PostAsync(user, "/api/auth/passkey", new JsonObject { ["credential"] = credential }, replica);

    /// <summary>Asks for a challenge and signs in with it.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> EnterAsync(Guid user, TestAuthenticator passkey) =>
        await EnterAsync(user, passkey.Sign(await SignInOptionsAsync(user)));

    /// <summary>The passkeys of a user.</summary>
    public async Task<List<JsonElement>> ListAsync(Guid user) =>
        [.. (await App.CreateClient(user).GetFromJsonAsync<JsonElement>("/api/account/passkeys")).GetProperty("passkeys").EnumerateArray()];

    /// <summary>Removes a passkey.</summary>
    public async Task<HttpStatusCode> RemoveAsync(Guid user, string id)
    {
        using var answer = await App.CreateClient(user).DeleteAsync(new Uri($"/api/account/passkeys/{id}", UriKind.Relative));
        return answer.StatusCode;
    }

    /// <summary>Posts a body, of any form.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        Guid? user, string path, JsonNode? body, ServiceApp? replica = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add(CallerAddress.HeaderName, Client);
        using var answer = await (replica ?? App).CreateClient(user).SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>The audit log of a user: actions, states and targets in their order.</summary>
    public async Task<string> ActsAsync(Guid user) => await Database.ScalarAsync<string?>(
        "select string_agg(action || ' ' || state || ' ' || coalesce(target, '') || ' ' || client_address, ', ' order by sequence) "
        + $"from audit_entries where subject_id = '{user}'") ?? "";

    /// <summary>How many rows there are.</summary>
    public Task<long> CountAsync(string table, string condition) =>
        Database.ScalarAsync<long>($"select count(*) from {table} where {condition}");

    /// <summary>Everything in the tables of passkeys and accounts, and the number of entries in the audit log.</summary>
    public Task<string> StateAsync() => Database.ScalarAsync<string>(
        """
        select string_agg(row, ' ' order by row) from (select row_to_json(p)::text as row from passkeys p
            union all select row_to_json(c)::text from passkey_challenges c union all select row_to_json(a)::text from accounts a
            union all select count(*)::text from audit_entries) rows
        """);

    /// <summary>Asserts that an answer has this error.</summary>
    public static void AssertFailed((HttpStatusCode Status, JsonElement Body) answer, HttpStatusCode status, string code) =>
        Assert.Equal((status, code), (answer.Status, answer.Body.GetProperty("code").GetString()));
}
