using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary><c>GET /api/events</c>.</summary>
public sealed class UserEventsTests
{
    [Fact]
    public async Task The_streams_of_the_services_are_one()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        using var stream = await OpenAsync(gateway, token);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (stream.Status, stream.ContentType));
        await AllOpenAsync(gateway);

        gateway.Events("wallet").Send("7f", "balance", """{"balance_cents":5}""");
        Assert.Equal(("7f~~", "wallet", 5), What(await stream.NextAsync(), "balance_cents"));
        gateway.Events("wallet").Send(null, "low_balance", """{"balance_cents":4}""");
        gateway.Events("jobs").Send("12", "job", """{"progress":3}""");
        Assert.Equal(("7f~12~", "job", 3), What(await stream.NextAsync(), "progress"));
        gateway.Events("payments").Send("9", "topup", """{"amount_cents":500}""");
        Assert.Equal(("7f~12~9", "topup", 500), What(await stream.NextAsync(), "amount_cents"));
        gateway.Events("wallet").Send("8", "balance", """{"balance_cents":6}""");
        Assert.Equal(("8~12~9", "wallet", 6), What(await stream.NextAsync(), "balance_cents"));

        foreach (var service in new[] { "wallet", "jobs", "payments" })
        {
            Assert.Equal([(uid.ToString(), null)], gateway.Events(service).Requests);
        }
    }

    [Theory]
    [InlineData("7~12~9", "7", "12", "9")]
    [InlineData("7~~9", "7", null, "9")]
    [InlineData("~~", null, null, null)]
    [InlineData("7~12", null, null, null)]
    [InlineData("7~12~9~1", null, null, null)]
    [InlineData("x", null, null, null)]
    public async Task A_client_that_reconnects_goes_on_where_it_was_in_each(string id, string? wallet, string? jobs, string? payments)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var stream = await OpenAsync(gateway, (await gateway.OpenSessionAsync()).Token, id);
        await AllOpenAsync(gateway);
        Assert.Equal(
            (wallet, jobs, payments),
            (gateway.Events("wallet").Requests.Single().LastEventId, gateway.Events("jobs").Requests.Single().LastEventId,
                gateway.Events("payments").Requests.Single().LastEventId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_breaks_is_opened_again_and_the_others_go_on(bool cut)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var stream = await OpenAsync(gateway, (await gateway.OpenSessionAsync()).Token);
        await AllOpenAsync(gateway);
        gateway.Events("jobs").Send("12", "job", """{"progress":3}""");
        await stream.NextAsync();
        gateway.Events("jobs").Status = 503;
        gateway.Events("jobs").End(cut);
        await HoldsAsync(() => gateway.Events("jobs").Requests.Count > 2, "it was tried again");
        gateway.Events("wallet").Send("8", "balance", """{"balance_cents":6}""");
        Assert.Equal(("8~12~", "wallet", 6), What(await stream.NextAsync(), "balance_cents"));

        gateway.Events("jobs").Status = null;
        await AllOpenAsync(gateway);
        Assert.All(gateway.Events("jobs").Requests.Skip(1), request => Assert.Equal("12", request.LastEventId));
        gateway.Events("jobs").Send("13", "job", """{"progress":4}""");
        Assert.Equal(("8~13~", "job", 4), What(await stream.NextAsync(), "progress"));
    }

    [Fact]
    public async Task What_a_service_rejects_is_passed_on_and_no_stream_is_left_open()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Events("wallet").Status = 429;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await gateway.OpenSessionAsync()).Token);
        using var answer = await gateway.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.TooManyRequests, "15"), (answer.StatusCode, answer.Headers.RetryAfter?.ToString()));
        Assert.Contains("too_many_streams", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await HoldsAsync(
            () => gateway.Events("jobs").OpenCount + gateway.Events("payments").OpenCount == 0, "the other streams are closed");
    }

    [Fact]
    public async Task Without_any_service_there_is_no_stream_and_with_one_there_is()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = (await gateway.OpenSessionAsync()).Token;
        foreach (var service in new[] { "wallet", "jobs", "payments" })
        {
            gateway.Events(service).Status = 503;
        }
        using (var none = await OpenAsync(gateway, token))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, none.Status);
        }
        gateway.Events("payments").Status = null;
        using var one = await OpenAsync(gateway, token);
        await HoldsAsync(() => gateway.Events("payments").OpenCount == 1, "it is open");
        gateway.Events("payments").Send("9", "topup", """{"amount_cents":500}""");
        Assert.Equal(("~~9", "topup", 500), What(await one.NextAsync(), "amount_cents"));
    }

    [Fact]
    public async Task It_needs_a_session()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.GetAsync("/api/events");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task It_ends_with_its_session_and_leaves_nothing_open()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = (await gateway.OpenSessionAsync()).Token;
        using var stream = await OpenAsync(gateway, token);
        await AllOpenAsync(gateway);
        using (var logout = new HttpRequestMessage(HttpMethod.Post, "/api/auth/logout"))
        {
            logout.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var ended = await gateway.Client.SendAsync(logout);
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        }
        // The next event is not sent any more.
        gateway.Events("jobs").Send("12", "job", """{"progress":3}""");
        Assert.Null(await ReadToEndAsync(stream));
        Assert.False(stream.WasCut);
        await HoldsAsync(
            () => gateway.Events("wallet").OpenCount + gateway.Events("jobs").OpenCount == 0, "the services' streams are closed");
    }

    [Fact]
    public async Task A_forwarded_stream_ends_with_its_session()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = (await gateway.OpenSessionAsync()).Token;
        using var stream = await EventReader.OpenAsync(gateway.Client, "/api/wallet/events?stream", isHttp2: false, token: token);
        await HoldsAsync(() => gateway.Events("wallet").OpenCount == 1, "it is open");
        using (var logout = new HttpRequestMessage(HttpMethod.Post, "/api/auth/logout"))
        {
            logout.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var ended = await gateway.Client.SendAsync(logout);
        }
        gateway.Events("wallet").Send("8", "balance", """{"balance_cents":6}""");
        gateway.Events("wallet").Send("9", "balance", """{"balance_cents":7}""");
        Assert.Null(await ReadToEndAsync(stream));
        Assert.False(stream.WasCut);
    }

    [Fact]
    public async Task A_Gateway_that_stops_ends_it()
    {
        await using var gateway = await TestGateway.StartAsync(
            services => services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromHours(1)));
        using var stream = await OpenAsync(gateway, (await gateway.OpenSessionAsync()).Token);
        await AllOpenAsync(gateway);
        var stopped = gateway.StopAsync();
        Assert.Null(await stream.NextAsync());
        Assert.False(stream.WasCut);
        await stopped;
    }

    private static Task HoldsAsync(Func<bool> condition, string what) =>
        Eventually.IsTrueAsync(() => Task.FromResult(condition()), what);

    // At most what was on its way.
    private static async Task<ReceivedEvent?> ReadToEndAsync(EventReader stream) =>
        await stream.NextAsync() is null ? null : await stream.NextAsync();

    private static Task<EventReader> OpenAsync(TestGateway gateway, string token, string? lastEventId = null) =>
        EventReader.OpenAsync(gateway.Client, "/api/events", lastEventId, isHttp2: false, token);

    private static Task AllOpenAsync(TestGateway gateway) => HoldsAsync(
        () => new[] { "wallet", "jobs", "payments" }.All(service => gateway.Events(service).OpenCount == 1), "all streams are open");

    private static (string, string, int) What(ReceivedEvent? received, string member) =>
        (received!.Id, received.Name, received.Data.GetProperty(member).GetInt32());
}
