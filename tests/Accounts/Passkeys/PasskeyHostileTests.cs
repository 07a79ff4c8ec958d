using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Bodies that no browser sends: a client error each, and nothing changes.</summary>
public sealed class PasskeyHostileTests(PasskeyFixture accounts) : IClassFixture<PasskeyFixture>
{
    private static readonly JsonNode?[] Values =
    [
        null, "", " ", "=", "AA==", "A A", "\tAAAA", "ä", "AAAAA", "A", "AAAA\u0000", "%41", new string('A', 12_001),
        new string('A', 30_000), 0, 1.5, true, new JsonArray(), new JsonObject(),
        new JsonArray([.. Enumerable.Range(0, 5_000).Select(_ => (JsonNode)1)]),
    ];

    public static TheoryData<string> Paths => ["/api/account/passkeys", "/api/auth/passkey"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_field_of_a_wrong_form_or_size_is_a_client_error_and_changes_nothing(string path)
    {
        var (user, _, passkey) = await accounts.NewOwnerAsync();
        using var second = PasskeyFixture.NewPasskey();
        var good = path.Contains("auth", StringComparison.Ordinal)
            ? passkey.Sign(await accounts.SignInOptionsAsync(user))
            : second.Create(await accounts.OptionsAsync(user));
        var before = await accounts.StateAsync();
        string[] fields = ["id", "type", "response", .. good["response"]!.AsObject().Select(member => member.Key)
            .Where(name => name is not ("transports" or "publicKeyAlgorithm"))];
        foreach (var field in fields)
        {
            foreach (var value in Values)
            {
                var credential = good.DeepClone().AsObject();
                var holder = field is "id" or "type" or "response" ? credential : credential["response"]!.AsObject();
                holder[field] = value?.DeepClone();
                var answer = await accounts.PostAsync(user, path, new JsonObject { ["credential"] = credential });
                Assert.True(
                    answer.Status == HttpStatusCode.BadRequest,
                    $"{field} as {value?.ToJsonString() ?? "null"}: {answer.Status} {answer.Body}");
            }
        }
        Assert.Equal(before, await accounts.StateAsync());
        // The challenge was not used up.
        Assert.True((await accounts.PostAsync(user, path, new JsonObject { ["credential"] = good })).Status
            is HttpStatusCode.OK or HttpStatusCode.Created);
        passkey.Dispose();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_body_of_a_wrong_form_is_a_client_error_and_changes_nothing(string path)
    {
        var user = await accounts.NewAccountAsync();
        var before = await accounts.StateAsync();
        foreach (var body in new JsonNode?[]
        {
            new JsonObject(), new JsonArray(), "text", 1, new JsonObject { ["credential"] = null }, new JsonObject { ["credential"] = "x" },
            new JsonObject { ["credential"] = new JsonArray() }, new JsonObject { ["Credential"] = new JsonObject() },
        })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await accounts.PostAsync(user, path, body)).Status);
        }
        foreach (var text in new[] { "", "{", "{\"credential\":{},\"credential\":{}}", new string('[', 20_000), "\u0000" })
        {
            using var content = new StringContent(text, Encoding.UTF8, "application/json");
            using var answer = await accounts.App.CreateClient(user).PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
        Assert.Equal(before, await accounts.StateAsync());
    }

    [Fact]
    public async Task What_a_browser_says_is_read_as_strictly()
    {
        var user = Guid.NewGuid();
        using var passkey = PasskeyFixture.NewPasskey();
        passkey.UserHandle = user.ToByteArray();
        var options = await accounts.SignInOptionsAsync(user);
        var good = passkey.Sign(options);
        foreach (var text in new[]
        {
            "null", "[]", "{}", "1", "{\"challenge\":1}", "{\"challenge\":\"AAAA\",\"origin\":\"x\"}",
            "{\"challenge\":null,\"origin\":null}",
            $"{{\"challenge\":\"{new string('A', 43)}=\",\"origin\":\"https://app.example.com\"}}", new string('[', 1_000), "\u0000",
            $"{{\"challenge\":{options.GetProperty("challenge").GetRawText()},\"origin\":\"a\",\"origin\":\"b\"}}",
        })
        {
            var credential = good.DeepClone();
            credential["response"]!["clientDataJSON"] = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
            var (status, body) = await accounts.EnterAsync(user, credential);
            Assert.True(body.GetProperty("code").GetString() == "passkey_invalid", $"{text}: {status} {body}");
        }
        Assert.Equal(1, await accounts.CountAsync("passkey_challenges", $"requested_by = '{user}'"));
    }

    [Fact]
    public async Task A_name_has_one_line_of_at_most_64_characters()
    {
        var user = await accounts.NewAccountAsync();
        JsonNode[] wrong = ["", "  ", "a\nb", "a\u0000", "a\u0007b", new string('x', 65), 1, new JsonArray(), new JsonObject()];
        foreach (var name in wrong)
        {
            using var passkey = PasskeyFixture.NewPasskey();
            var body = new JsonObject { ["credential"] = passkey.Create(await accounts.OptionsAsync(user)), ["name"] = name.DeepClone() };
            PasskeyFixture.AssertFailed(
                await accounts.PostAsync(user, "/api/account/passkeys", body), HttpStatusCode.BadRequest, "invalid_request");
        }
        Assert.Empty(await accounts.ListAsync(user));
        foreach (var name in new[] { new string('x', 64), "Zoë's 🔑", null })
        {
            using var passkey = PasskeyFixture.NewPasskey();
            var (status, added) = await accounts.AddAsync(user, passkey.Create(await accounts.OptionsAsync(user)), name);
            Assert.Equal((HttpStatusCode.Created, name ?? "Passkey"), (status, added.GetProperty("name").GetString()));
        }
    }
}
