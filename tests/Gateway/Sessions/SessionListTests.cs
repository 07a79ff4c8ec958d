using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>A user sees the sessions of all browsers and ends them, in all replicas.</summary>
public sealed class SessionListTests : SessionTestBase
{
    [Fact]
    public async Task The_sessions_of_an_account_are_listed_with_the_one_that_asks()
    {
        var account = Guid.NewGuid();
        var (phone, laptop) = (await SignInAsync(account, "Phone\u00e9\t"), await SignInAsync(account, new string('L', 300)));
        await SignInAsync(Guid.NewGuid(), "Other");
        var sessions = await ListAsync(phone);
        Assert.Equal(
            ["Phone", new string('L', 200)],
            sessions.Select(session => session.GetProperty("user_agent").GetString()).OrderDescending());
        Assert.True(sessions.Single(IsPhone).GetProperty("current").GetBoolean());
        Assert.False((await ListAsync(laptop)).Single(IsPhone).GetProperty("current").GetBoolean());

        // Used an hour later.
        Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrueAsync(
            async () =>
            {
                await ListAsync(phone);
                Clock.Advance(TimeSpan.FromMinutes(2));
                return (await ListAsync(laptop)).Single(IsPhone) is var seen
                    && seen.GetProperty("last_seen_at").GetDateTimeOffset() - seen.GetProperty("created_at").GetDateTimeOffset()
                        >= TimeSpan.FromHours(1);
            },
            "the use of the session is stored");
    }

    [Fact]
    public async Task An_anonymous_user_sees_and_ends_its_own_session()
    {
        var (_, token) = await Gateway.OpenSessionAsync();
        var session = Assert.Single(await ListAsync(token));
        Assert.True(session.GetProperty("current").GetBoolean());
        using var ended = await DeleteAsync(Gateway, token, session.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.StartsWith("uid=;", ended.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.False(await IsKnownAsync(Gateway, token));
    }

    [Fact]
    public async Task A_session_is_ended_from_another_one_in_every_replica()
    {
        await using var replica = await StartAsync();
        // The first poll reads all; those after it what is new.
        var (_, early) = await Gateway.OpenSessionAsync();
        using (await Gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={early}")))
        {
        }
        await EndsAsync(replica, early);
        var account = Guid.NewGuid();
        var (lost, kept) = (await SignInAsync(account, "Lost"), await SignInAsync(account, "Kept"));
        Assert.True(await IsKnownAsync(replica, lost));
        var id = (await ListAsync(kept)).Single(session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        using var ended = await DeleteAsync(Gateway, kept, id);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.False(ended.Headers.Contains("Set-Cookie"));
        Assert.False(await IsKnownAsync(Gateway, lost));
        await EndsAsync(replica, lost);
        Assert.True(await IsKnownAsync(replica, kept));
        Assert.Single(await ListAsync(kept));
        using var again = await DeleteAsync(Gateway, kept, id);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Another_users_session_is_not_found_and_goes_on()
    {
        var (mine, others) = (await SignInAsync(Guid.NewGuid(), "Mine"), await SignInAsync(Guid.NewGuid(), "Others"));
        var id = Assert.Single(await ListAsync(others)).GetProperty("id").GetString();
        foreach (var wrong in new[] { id, $"{Guid.NewGuid()}", "cs_1" })
        {
            using var answer = await DeleteAsync(Gateway, mine, wrong);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            await GatewayTests.AssertProblemAsync(answer, "session_not_found");
        }
        Assert.True(await IsKnownAsync(Gateway, others));
    }

    [Fact]
    public async Task A_logout_and_a_sign_in_take_the_session_before_from_the_list()
    {
        var account = Guid.NewGuid();
        var (first, second) = (await SignInAsync(account, "1"), await SignInAsync(account, "2"));
        using (await Gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={first}")))
        {
        }
        var third = await SignInAsync(account, "3", second);
        Assert.Equal("3", Assert.Single(await ListAsync(third)).GetProperty("user_agent").GetString());
    }

    [Fact]
    public async Task Without_a_session_nothing_is_listed_or_ended()
    {
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/api/auth/sessions"), (HttpMethod.Delete, "/api/auth/sessions"),
            (HttpMethod.Delete, $"/api/auth/sessions/{Guid.NewGuid()}"),
        })
        {
            using var answer = await Gateway.SendAsync(method, path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_export_has_the_sessions_of_its_user_without_their_ids()
    {
        var account = Guid.NewGuid();
        var (phone, laptop) = (await SignInAsync(account, "Phone \"1\""), await SignInAsync(account, "Laptop"));
        await SignInAsync(Guid.NewGuid(), "Other");
        using var answer = await Gateway.SendAsync(HttpMethod.Get, "/api/account/export", ("Cookie", $"uid={laptop}"));
        var text = await answer.Content.ReadAsStringAsync();
        // As it was sent: the client computes one that is missing.
        Assert.Equal($"{Encoding.UTF8.GetByteCount(text)}", answer.Content.Headers.NonValidated["Content-Length"].ToString());
        var export = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal("/api/account/export", export.GetProperty("Path").GetString());
        var sessions = export.GetProperty("sessions").EnumerateArray().ToList();
        Assert.Equal(
            ["Laptop True", "Phone \"1\" False"],
            sessions.Select(one => $"{one.GetProperty("user_agent").GetString()} {one.GetProperty("current").GetBoolean()}").Order());
        Assert.All(sessions, one => Assert.Equal(
            ["created_at", "current", "last_seen_at", "user_agent"], one.EnumerateObject().Select(member => member.Name).Order()));
        Assert.All(await ListAsync(phone), one =>
            Assert.DoesNotContain(one.GetProperty("id").GetString()!, text, StringComparison.OrdinalIgnoreCase));

        var (_, anonymous) = await Gateway.OpenSessionAsync();
        using var without = await Gateway.SendAsync(HttpMethod.Get, "/api/account/export", ("Cookie", $"uid={anonymous}"));
        Assert.Empty((await without.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessions").EnumerateArray());
    }

    [Fact]
    public async Task The_export_has_more_sessions_than_the_list_and_an_answer_that_is_no_success_has_none()
    {
        var account = Guid.NewGuid();
        var token = await SignInAsync(account, "This one");
        await using (var insert = Gateway.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            $"""
            insert into sessions (session_id, user_id, user_agent, created_at, last_seen_at)
            select gen_random_uuid(), '{account}', 'Other', now(), now() from generate_series(1, 120)
            """))
        {
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        using var answer = await Gateway.SendAsync(HttpMethod.Get, "/api/account/export", ("Cookie", $"uid={token}"));
        Assert.Equal(121, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessions").GetArrayLength());
        Assert.Equal(100, (await ListAsync(token)).Count(one => one.GetProperty("user_agent").GetString() == "Other"));

        using var refused = await Gateway.SendAsync(HttpMethod.Get, "/api/account/export?refuse", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.False((await refused.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("sessions", out _));
    }

    private static bool IsPhone(JsonElement session) => session.GetProperty("user_agent").GetString() == "Phone";
}
