using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>A user sees the sessions of all browsers and ends them, in all replicas.</summary>
public sealed class SessionListTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private TestDatabase _database = null!;
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _gateway = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _database.DisposeAsync();
    }

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
        _clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrueAsync(
            async () =>
            {
                await ListAsync(phone);
                _clock.Advance(TimeSpan.FromMinutes(2));
                return (await ListAsync(laptop)).Single(IsPhone) is var seen
                    && seen.GetProperty("last_seen_at").GetDateTimeOffset() - seen.GetProperty("created_at").GetDateTimeOffset()
                        >= TimeSpan.FromHours(1);
            },
            "the use of the session is stored");
    }

    [Fact]
    public async Task An_anonymous_user_sees_and_ends_its_own_session()
    {
        var (_, token) = await _gateway.OpenSessionAsync();
        var session = Assert.Single(await ListAsync(token));
        Assert.True(session.GetProperty("current").GetBoolean());
        using var ended = await DeleteAsync(_gateway, token, session.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.StartsWith("uid=;", ended.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.False(await IsKnownAsync(_gateway, token));
    }

    [Fact]
    public async Task A_session_is_ended_from_another_one_in_every_replica()
    {
        await using var replica = await StartAsync();
        var account = Guid.NewGuid();
        var (lost, kept) = (await SignInAsync(account, "Lost"), await SignInAsync(account, "Kept"));
        Assert.True(await IsKnownAsync(replica, lost));
        var id = (await ListAsync(kept)).Single(session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        using var ended = await DeleteAsync(_gateway, kept, id);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.False(ended.Headers.Contains("Set-Cookie"));
        Assert.False(await IsKnownAsync(_gateway, lost));
        await EndsAsync(replica, lost);
        Assert.True(await IsKnownAsync(replica, kept));
        Assert.Single(await ListAsync(kept));
        using var again = await DeleteAsync(_gateway, kept, id);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Another_users_session_is_not_found_and_goes_on()
    {
        var (mine, others) = (await SignInAsync(Guid.NewGuid(), "Mine"), await SignInAsync(Guid.NewGuid(), "Others"));
        var id = Assert.Single(await ListAsync(others)).GetProperty("id").GetString();
        foreach (var wrong in new[] { id, $"{Guid.NewGuid()}", "cs_1" })
        {
            using var answer = await DeleteAsync(_gateway, mine, wrong);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            await GatewayTests.AssertProblemAsync(answer, "session_not_found");
        }
        Assert.True(await IsKnownAsync(_gateway, others));
    }

    [Fact]
    public async Task All_sessions_of_a_user_end_in_every_replica_renewed_and_unlisted_ones_too()
    {
        await using var replica = await StartAsync();
        var account = Guid.NewGuid();
        var (one, two, other) = (await SignInAsync(account, "1"), await SignInAsync(account, "2"), await SignInAsync(Guid.NewGuid(), "3"));
        var tokens = _gateway.Services.GetRequiredService<SessionTokens>();
        var unlisted = tokens.Issue(account);
        using var all = await DeleteAsync(_gateway, one, null);
        Assert.Equal(HttpStatusCode.NoContent, all.StatusCode);
        // A replica that has not heard of it may renew a token.
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.True(tokens.TryRead(two, out var session));
        var renewed = tokens.Renew(session);
        var later = tokens.Issue(account);
        foreach (var ended in new[] { one, two, unlisted, renewed })
        {
            Assert.False(await IsKnownAsync(_gateway, ended));
            await EndsAsync(replica, ended);
        }
        foreach (var valid in new[] { other, later })
        {
            Assert.True(await IsKnownAsync(_gateway, valid));
            Assert.True(await IsKnownAsync(replica, valid));
        }
        await using var third = await StartAsync();
        Assert.False(await IsKnownAsync(third, two));
        Assert.True(await IsKnownAsync(third, later));
    }

    [Fact]
    public async Task A_first_sign_in_ends_every_other_session_of_the_user_and_a_later_one_does_not()
    {
        var tokens = _gateway.Services.GetRequiredService<SessionTokens>();
        var (uid, before) = await _gateway.OpenSessionAsync();
        var planted = tokens.Issue(uid);
        var first = await SignInAsync(uid, "First", before, isNew: true);
        Assert.False(await IsKnownAsync(_gateway, before));
        Assert.False(await IsKnownAsync(_gateway, planted));
        Assert.True(await IsKnownAsync(_gateway, first));
        // A session of the same millisecond would count as one from before.
        _clock.Advance(TimeSpan.FromMilliseconds(2));
        var second = await SignInAsync(uid, "Second");
        Assert.True(await IsKnownAsync(_gateway, first));
        Assert.Equal(2, (await ListAsync(second)).Count);
    }

    [Fact]
    public async Task A_logout_and_a_sign_in_take_the_session_before_from_the_list()
    {
        var account = Guid.NewGuid();
        var (first, second) = (await SignInAsync(account, "1"), await SignInAsync(account, "2"));
        using (await _gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={first}")))
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
            using var answer = await _gateway.SendAsync(method, path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    private static bool IsPhone(JsonElement session) => session.GetProperty("user_agent").GetString() == "Phone";

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(
        services => services.AddSingleton<TimeProvider>(_clock), ("ConnectionStrings:gatewaydb", _database.ConnectionString));

    private async Task<string> SignInAsync(Guid account, string userAgent, string? token = null, bool isNew = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/link/confirm")
        {
            Content = new StringContent($"{EchoService.SignsIn}{(isNew ? "new " : "")}{account}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", $"uid={token}");
        }
        using var answer = await _gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return SessionTests.TokenOf(answer);
    }

    private async Task<List<JsonElement>> ListAsync(string token)
    {
        using var answer = await _gateway.SendAsync(HttpMethod.Get, "/api/auth/sessions", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessions").EnumerateArray()];
    }

    private static Task<HttpResponseMessage> DeleteAsync(TestGateway gateway, string token, string? id) =>
        gateway.SendAsync(HttpMethod.Delete, $"/api/auth/sessions{(id is null ? "" : $"/{id}")}", ("Cookie", $"uid={token}"));

    // The replica polls by the test's clock.
    private Task EndsAsync(TestGateway gateway, string token) => Eventually.IsTrueAsync(
        async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return !await IsKnownAsync(gateway, token);
        },
        "the replica hears of it");

    private static async Task<bool> IsKnownAsync(TestGateway gateway, string token)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers.ContainsKey("x-user-id");
    }
}
