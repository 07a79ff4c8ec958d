using System.Net;
using System.Net.Http.Json;
using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>A deletion of an account ends all sessions of its user.</summary>
public sealed class AccountEndTests
{
    [Fact]
    public async Task All_sessions_end_with_the_response_and_the_cookie_is_cleared()
    {
        await using var gateway = await TestGateway.StartAsync();
        var uid = Guid.NewGuid();
        var (token, other) = (await SignedInAsync(gateway, uid), await SignedInAsync(gateway, uid));
        var (stranger, strangersToken) = await gateway.OpenSessionAsync();

        using var answer = await DeleteAsync(gateway, token, "{}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("uid=;", Assert.Single(answer.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        Assert.Null(await UserOfAsync(gateway, token));
        Assert.Null(await UserOfAsync(gateway, other));
        Assert.Equal($"{stranger}", await UserOfAsync(gateway, strangersToken));
    }

    [Fact]
    public async Task A_rejected_deletion_ends_none()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();

        using var answer = await DeleteAsync(gateway, token, EchoService.Refused);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal($"{uid}", await UserOfAsync(gateway, token));
    }

    [Fact]
    public async Task Sessions_that_were_not_ended_with_the_response_end_when_Accounts_says_so()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        gateway.Deleted[uid] = true;

        await Eventually.IsTrueAsync(async () => await UserOfAsync(gateway, token) is null, "the session has ended");

        await Eventually.IsTrueAsync(() => Task.FromResult(gateway.Deleted.Count == 0), "Accounts is told");
    }

    [Fact]
    public async Task The_sessions_of_a_user_whom_an_operator_has_joined_end_when_Accounts_says_so()
    {
        await using var gateway = await TestGateway.StartAsync();
        var ((uid, token), (stranger, strangersToken)) = (await gateway.OpenSessionAsync(), await gateway.OpenSessionAsync());
        gateway.Joined[uid] = true;

        await Eventually.IsTrueAsync(() => Task.FromResult(gateway.Joined.Count == 0), "Accounts is told that they have ended");

        Assert.Null(await UserOfAsync(gateway, token));
        Assert.Equal($"{stranger}", await UserOfAsync(gateway, strangersToken));
    }

    // Of one browser of the user.
    private static async Task<string> SignedInAsync(TestGateway gateway, Guid uid)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/link/confirm")
        {
            Content = new StringContent(EchoService.SignIn(uid), Encoding.UTF8, "application/json"),
        };
        using var answer = await gateway.Client.SendAsync(request);
        return SessionTests.TokenOf(answer);
    }

    private static Task<HttpResponseMessage> DeleteAsync(TestGateway gateway, string token, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, "/api/account")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Cookie", $"uid={token}");
        return gateway.Client.SendAsync(request);
    }

    private static async Task<string?> UserOfAsync(TestGateway gateway, string token)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
        return (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers.GetValueOrDefault("x-user-id");
    }
}
