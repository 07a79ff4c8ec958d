using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>A revoked session stays revoked: in all replicas, after a restart, and during an outage of the database.</summary>
public sealed class LogoutTests
{
    private const string Outage = "Warning ReelBallers.Gateway.RevocationPoll: The revoked sessions cannot be read";
    private const string Recovery = "Recovered: The revoked sessions cannot be read";

    [Fact]
    public async Task A_logout_clears_the_cookie_and_ends_all_tokens_of_the_session()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        using var again = await gateway.SendAsync(HttpMethod.Post, "/api/session", ("Cookie", $"uid={token}"));
        var renewed = SessionTests.TokenOf(again);

        using var logout = await gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Equal(
            "uid=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/; samesite=strict; httponly",
            logout.Headers.GetValues("Set-Cookie").Single());

        foreach (var ended in new[] { token, renewed })
        {
            Assert.False(await IsKnownAsync(gateway, ended));
            using var bearer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Authorization", $"Bearer {ended}"));
            await CredentialsTests.AssertRejectedAsync(bearer, ended);
        }
        using var second = await gateway.SendAsync(HttpMethod.Post, "/api/session", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
    }

    [Fact]
    public async Task A_logout_ends_no_other_session_of_the_same_user()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        var other = gateway.Services.GetRequiredService<SessionTokens>().Issue(uid);
        using var logout = await gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Authorization", $"Bearer {token}"));
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.True(await IsKnownAsync(gateway, other));
    }

    [Fact]
    public async Task A_logout_with_an_old_cookie_clears_it_and_does_not_renew_it()
    {
        var clock = new ManualClock();
        await using var gateway = await TestGateway.StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        var (_, token) = await gateway.OpenSessionAsync();
        clock.Advance(TimeSpan.FromDays(100));
        using var logout = await gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={token}"));
        Assert.StartsWith("uid=;", logout.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("uid=junk")]
    public async Task A_logout_without_a_session_is_not_authenticated(string? cookie)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var logout = await gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", cookie is null ? [] : [("Cookie", cookie)]);
        Assert.Equal(HttpStatusCode.Unauthorized, logout.StatusCode);
        await GatewayTests.AssertProblemAsync(logout, "not_authenticated");
    }

    [Fact]
    public async Task A_logout_reaches_every_replica_also_one_that_starts_later()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var first = await TestGateway.StartAsync(("ConnectionStrings:gatewaydb", database.ConnectionString));
        await using var second = await TestGateway.StartAsync(("ConnectionStrings:gatewaydb", database.ConnectionString));
        var (_, token) = await first.OpenSessionAsync();
        Assert.True(await IsKnownAsync(second, token));

        using var logout = await first.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.False(await IsKnownAsync(first, token));
        await Eventually.IsTrueAsync(async () => !await IsKnownAsync(second, token), "the other replica hears of the logout");

        await using var third = await TestGateway.StartAsync(("ConnectionStrings:gatewaydb", database.ConnectionString));
        Assert.False(await IsKnownAsync(third, token));
    }

    [Fact]
    public async Task A_late_commit_of_a_revocation_is_not_missed()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var gateway = await TestGateway.StartAsync(("ConnectionStrings:gatewaydb", database.ConnectionString));
        var (_, token) = await gateway.OpenSessionAsync();
        var (_, late) = await gateway.OpenSessionAsync();
        await RevokeByHandAsync(gateway, database, token, "now()");
        await Eventually.IsTrueAsync(async () => !await IsKnownAsync(gateway, token), "the first one is read");

        await RevokeByHandAsync(gateway, database, late, "now() - interval '20 seconds'");
        await Eventually.IsTrueAsync(async () => !await IsKnownAsync(gateway, late), "one that was begun before it is read as well");
    }

    [Fact]
    public async Task All_revocations_are_read_however_many_there_are()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (var migrating = await TestGateway.StartAsync(("ConnectionStrings:gatewaydb", database.ConnectionString)))
        {
            await database.ExecuteAsync(
                """
                insert into revoked_sessions
                select gen_random_uuid(), gen_random_uuid(), now(), now() + interval '1 day' from generate_series(1, 3500)
                """);
        }
        await using var gateway = await TestGateway.StartAsync(("ConnectionStrings:gatewaydb", database.ConnectionString));
        var revoked = gateway.Services.GetRequiredService<RevokedSessions>();
        await foreach (var id in IdsAsync(database))
        {
            Assert.True(revoked.Contains(new Session(Guid.NewGuid(), id, DateTimeOffset.UnixEpoch, HasCurrentKey: true)));
        }
    }

    [Fact]
    public async Task A_revocation_is_kept_for_as_long_as_a_token_can_live_and_then_purged()
    {
        var clock = new ManualClock();
        await using var database = await TestDatabase.CreateAsync();
        await using var gateway = await TestGateway.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock), ("ConnectionStrings:gatewaydb", database.ConnectionString));
        var (_, token) = await gateway.OpenSessionAsync();
        using (await gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={token}")))
        {
        }
        Assert.Equal(1L, await CountAsync());

        // Another row shows that the purge has run.
        await database.ExecuteAsync(
            """
            insert into revoked_sessions
            values (gen_random_uuid(), gen_random_uuid(), now() - interval '1 day', now() + interval '300 days')
            """);
        clock.Advance(TimeSpan.FromDays(366));
        await Eventually.IsTrueAsync(async () => Tick() && await CountAsync() == 1, "the other row is purged");
        clock.Advance(TimeSpan.FromDays(30));
        await Eventually.IsTrueAsync(async () => Tick() && await CountAsync() == 0, "the revocation is purged");

        bool Tick()
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            return true;
        }

        Task<long> CountAsync() => database.ScalarAsync<long>("select count(*) from revoked_sessions");
    }

    [Fact]
    public async Task An_outage_of_the_database_stops_sign_ins_and_the_end_of_sessions_and_nothing_else()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var gate = TcpGate.Open(database);
        using var logs = new CollectedLogs();
        await using var gateway = await TestGateway.StartAsync(
            logs.Register,
            ("ConnectionStrings:gatewaydb", gate.ConnectionString(database)), ("Logging:LogLevel:Default", "Information"));
        var (_, ended) = await gateway.OpenSessionAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        using var before = await gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={ended}"));
        Assert.Equal(HttpStatusCode.NoContent, before.StatusCode);

        gate.Close();
        await Eventually.IsTrueAsync(() => Task.FromResult(gate.Refused >= 4), "the outage is met several times");
        using (var during = await gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={token}")))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, during.StatusCode);
            await GatewayTests.AssertProblemAsync(during, "database_unavailable");
            Assert.False(during.Headers.Contains("Set-Cookie"));
        }
        Assert.True(await IsKnownAsync(gateway, token));
        Assert.False(await IsKnownAsync(gateway, ended));
        Assert.NotEqual(Guid.Empty, (await gateway.OpenSessionAsync()).Uid);
        Assert.Equal("Degraded", await gateway.Client.GetStringAsync("/health"));

        gate.Reopen();
        await Eventually.IsTrueAsync(() => Task.FromResult(Count(logs, Recovery) == 1), "the Gateway reads again");
        using var after = await gateway.SendAsync(HttpMethod.Post, "/api/auth/logout", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.NoContent, after.StatusCode);
        Assert.False(await IsKnownAsync(gateway, token));
        Assert.Equal(1, Count(logs, Outage));
    }

    private static int Count(CollectedLogs logs, string text) => logs.Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task<bool> IsKnownAsync(TestGateway gateway, string token)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers.ContainsKey("x-user-id");
    }

    private static Task RevokeByHandAsync(TestGateway gateway, TestDatabase database, string token, string revokedAt)
    {
        Assert.True(gateway.Services.GetRequiredService<SessionTokens>().TryRead(token, out var session));
        return database.ExecuteAsync(
            $"""
            insert into revoked_sessions (session_id, user_id, revoked_at, expires_at)
            values ('{session.Id}', '{session.UserId}', {revokedAt}, now() + interval '1 day')
            """);
    }

    private static async IAsyncEnumerable<Guid> IdsAsync(TestDatabase database)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(database.ConnectionString);
        await using var select = source.CreateCommand("select session_id from revoked_sessions");
        await using var reader = await select.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            yield return reader.GetGuid(0);
        }
    }
}
