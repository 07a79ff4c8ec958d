using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>Gateways on one database with a clock that the test moves, and what users do with their sessions.</summary>
public abstract class SessionTestBase : IAsyncLifetime
{
    private TestDatabase _database = null!;

    private protected ManualClock Clock { get; } = new();

    private protected TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Gateway = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<TestGateway> StartAsync(params (string Key, string Value)[] settings) => TestGateway.StartAsync(
        services => services.AddSingleton<TimeProvider>(Clock).AddSingleton<DatabaseClock>(new StoppedClock(Clock)),
        [("ConnectionStrings:gatewaydb", _database.ConnectionString), .. settings]);

    /// <summary>A replica whose clock runs, and differs from the database's.</summary>
    private protected Task<TestGateway> StartAheadAsync(TimeSpan ahead) => StartShiftedAsync(new ShiftedClock(ahead));

    /// <summary>A replica with this clock.</summary>
    private protected Task<TestGateway> StartShiftedAsync(ShiftedClock clock) => TestGateway.StartAsync(
        services => services.AddSingleton<TimeProvider>(clock), ("ConnectionStrings:gatewaydb", _database.ConnectionString));

    private protected async Task<string> SignInAsync(
        Guid account, string userAgent, string? token = null, DateTimeOffset? since = null, TestGateway? gateway = null,
        Guid? left = null)
    {
        // A session of the same millisecond would count as one from before a revocation.
        Clock.Advance(TimeSpan.FromMilliseconds(2));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/link/confirm")
        {
            Content = new StringContent(EchoService.SignIn(account, since, left), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", $"uid={token}");
        }
        using var answer = await (gateway ?? Gateway).Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return SessionTests.TokenOf(answer);
    }

    private protected async Task<List<JsonElement>> ListAsync(string token)
    {
        using var answer = await Gateway.SendAsync(HttpMethod.Get, "/api/auth/sessions", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessions").EnumerateArray()];
    }

    private protected static Task<HttpResponseMessage> DeleteAsync(TestGateway gateway, string token, string? id) =>
        gateway.SendAsync(HttpMethod.Delete, $"/api/auth/sessions{(id is null ? "" : $"/{id}")}", ("Cookie", $"uid={token}"));

    // The replica polls by the test's clock.
    private protected Task EndsAsync(TestGateway gateway, string token) => Eventually.IsTrueAsync(
        async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return !await IsKnownAsync(gateway, token);
        },
        "the replica hears of it");

    private protected static async Task<bool> IsKnownAsync(TestGateway gateway, string token)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers.ContainsKey("x-user-id");
    }

    /// <summary>A clock that runs, and is wrong by some time.</summary>
    private protected sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public TimeSpan By { get; set; } = by;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
    }

    // The test's clock is moved by hand, and the database's is not.
    private sealed class StoppedClock(TimeProvider time) : DatabaseClock(null!, time)
    {
        public override Task ReadAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
