using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>Operators see and end a user's sessions.</summary>
public sealed class UserSessionsTests : SessionTestBase
{
    [Fact]
    public async Task An_operator_ends_all_sessions_of_a_user_once_and_it_is_recorded()
    {
        var account = Guid.NewGuid();
        var (one, two) = (await SignInAsync(account, "Phone"), await SignInAsync(account, "Laptop"));
        var (support, token) = await Gateway.OpenSessionAsync();
        Gateway.Operators[support] = "support";
        var path = $"/api/admin/users/{account}/sessions";
        await Eventually.IsTrueAsync(
            async () =>
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                using var known = await Gateway.SendAsync(HttpMethod.Get, path, ("Cookie", $"uid={token}"));
                return known.StatusCode == HttpStatusCode.OK;
            },
            "the Gateway knows the operator");
        using var listed = await Gateway.SendAsync(HttpMethod.Get, path, ("Cookie", $"uid={token}"));
        Assert.Equal(
            ["Laptop", "Phone"],
            (await listed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessions").EnumerateArray()
                .Select(session => session.GetProperty("user_agent").GetString()).Order());

        foreach (var (key, reason) in new (string? Key, string Reason)[] { (null, "Lost."), ("1", " "), ("1", new string('a', 1001)) })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await RevokeAsync(path, token, key, reason)).Status);
        }
        foreach (var type in new[] { "application/json; charset=x", "application/json; charset=", "text/plain" })
        {
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await RevokeAsync(path, token, "1", "Lost.", type)).Status);
        }
        Assert.True(await IsKnownAsync(Gateway, one));
        Assert.Empty(Gateway.Acts);
        var revoked = await RevokeAsync(path, token, "1", "Lost a phone.");
        Assert.Equal(HttpStatusCode.OK, revoked.Status);
        Assert.False(await IsKnownAsync(Gateway, one));
        Assert.False(await IsKnownAsync(Gateway, two));
        // A repetition is the same act, and leaves what was opened since.
        var later = await SignInAsync(account, "New phone");
        Assert.Equal(revoked.Body, (await RevokeAsync(path, token, "1", "Lost a phone.")).Body);
        Assert.True(await IsKnownAsync(Gateway, later));
        var act = JsonDocument.Parse(revoked.Body).RootElement.GetProperty("act_id").GetString();
        Assert.Equal([$"begin {act} {support} {account} Lost a phone.", $"end {act}", $"begin {act} {support} {account} Lost a phone."],
            Gateway.Acts);
        foreach (var nobody in new[] { "1", $"{Guid.Empty}", $"{account}%20" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await RevokeAsync($"/api/admin/users/{nobody}/sessions", token, "2", "Lost.")).Status);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await RevokeAsync(path, later, "3", "Lost.")).Status);
    }

    private async Task<(HttpStatusCode Status, string Body)> RevokeAsync(
        string path, string token, string? key, string reason, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/revoke")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { reason })),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.Add("Cookie", $"uid={token}");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        using var answer = await Gateway.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
