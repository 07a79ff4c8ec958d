using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>Accounts says who has signed in; the Gateway makes a session of it.</summary>
public sealed class SignInTests
{
    private const string Confirm = "/api/auth/link/confirm";
    private const string SignsIn = EchoService.SignsIn + "3f0c9a52-6a1f-4a7e-9f63-0d6f3a9b1c24 2026-01-01T00:00:00.0000000+00:00";

    [Fact]
    public async Task A_sign_in_opens_a_session_and_ends_the_one_before()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, before) = await gateway.OpenSessionAsync();
        var account = Guid.NewGuid();
        using var answer = await PostAsync(gateway, Confirm, EchoService.SignIn(account), ("Cookie", $"uid={before}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var token = body.GetProperty("token").GetString();
        Assert.Equal(SessionTests.TokenOf(answer), token);
        Assert.Equal(uid.ToString(), body.GetProperty("Headers").GetProperty("x-user-id").GetString());
        Assert.False(answer.Headers.Contains("x-signed-in-user"));
        Assert.Equal($"{account}", await UserOfAsync(gateway, token!));
        Assert.Null(await UserOfAsync(gateway, before));
    }

    [Fact]
    public async Task A_caller_without_a_session_signs_in_too()
    {
        await using var gateway = await TestGateway.StartAsync();
        var account = Guid.NewGuid();
        using var answer = await PostAsync(gateway, Confirm, EchoService.SignIn(account));
        Assert.Equal($"{account}", await UserOfAsync(gateway, SessionTests.TokenOf(answer)));
    }

    [Theory]
    [InlineData(Confirm, "no sign-in")]
    [InlineData(Confirm, SignsIn + EchoService.Refused)]
    [InlineData(Confirm, SignsIn + "Z")]
    [InlineData(Confirm, SignsIn + " x")]
    [InlineData("/api/debit", SignsIn)]
    [InlineData("/api/jobs", SignsIn)]
    public async Task No_other_response_signs_in(string path, string body)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        using var answer = await PostAsync(gateway, path, body, ("Cookie", $"uid={token}"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("x-signed-in-user"));
        Assert.False((await answer.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("token", out _));
        Assert.Equal($"{uid}", await UserOfAsync(gateway, token));
    }

    [Fact]
    public async Task A_sign_in_that_an_outage_of_the_database_cuts_off_leaves_the_session_and_can_be_repeated()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var gate = TcpGate.Open(database);
        await using var gateway = await TestGateway.StartAsync(("ConnectionStrings:gatewaydb", gate.ConnectionString(database)));
        var (uid, before) = await gateway.OpenSessionAsync();
        // The user of the browser becomes the account.
        var signIn = EchoService.SignIn(uid, TimeProvider.System.GetUtcNow());
        gate.Close();
        using (var failed = await PostAsync(gateway, Confirm, signIn, ("Cookie", $"uid={before}")))
        {
            Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
            await GatewayTests.AssertProblemAsync(failed, "service_unavailable");
            Assert.DoesNotContain("Idempotency-Key", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.False(failed.Headers.Contains("Set-Cookie"));
        }
        Assert.Equal($"{uid}", await UserOfAsync(gateway, before));

        gate.Reopen();
        HttpResponseMessage? answer = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                answer?.Dispose();
                answer = await PostAsync(gateway, Confirm, signIn, ("Cookie", $"uid={before}"));
                return answer.IsSuccessStatusCode;
            },
            "the sign-in is repeated");
        Assert.Equal($"{uid}", await UserOfAsync(gateway, SessionTests.TokenOf(answer!)));
        Assert.Null(await UserOfAsync(gateway, before));
        answer!.Dispose();
    }

    [Fact]
    public async Task An_anonymous_browser_that_asks_for_a_link_gets_a_session_to_be_recognized_by()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await PostAsync(gateway, "/api/auth/link", "{}");
        var user = (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"];
        Assert.Equal(user, await UserOfAsync(gateway, SessionTests.TokenOf(answer)));
    }

    [Theory]
    [InlineData("/api/auth/link")]
    [InlineData("/api/topup")]
    public async Task The_idempotency_key_of_an_anonymous_request_does_not_open_the_account_that_its_user_became(string path)
    {
        await using var gateway = await TestGateway.StartAsync();
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        using var first = await PostAsync(gateway, path, "{}", key);
        var user = Guid.Parse((await first.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"]);
        using var repeated = await PostAsync(gateway, path, "{}", key);
        Assert.Equal($"{user}", (await repeated.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"]);
        var planted = ("Cookie", $"uid={SessionTests.TokenOf(first)}");
        using var signedIn = await PostAsync(gateway, Confirm, EchoService.SignIn(user, TimeProvider.System.GetUtcNow()), planted);
        Assert.Equal($"{user}", await UserOfAsync(gateway, SessionTests.TokenOf(signedIn)));
        using var later = await PostAsync(gateway, path, "{}", key);
        var other = await UserOfAsync(gateway, SessionTests.TokenOf(later));
        Assert.NotNull(other);
        Assert.NotEqual($"{user}", other);
    }

    private static Task<HttpResponseMessage> PostAsync(
        TestGateway gateway, string path, string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return gateway.Client.SendAsync(request);
    }

    private static async Task<string?> UserOfAsync(TestGateway gateway, string token)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
        return (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers.GetValueOrDefault("x-user-id");
    }
}
