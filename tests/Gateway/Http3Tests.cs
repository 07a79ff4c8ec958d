using System.Runtime.Versioning;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>What a client of HTTP/3 may send, below what <see cref="HttpClient"/> sends.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public sealed class Http3Tests
{
    // RFC 9114, 8.1.
    private const long RequestRejected = 0x10b;

    [Fact(Skip = Msquic.Missing, SkipType = typeof(Msquic), SkipUnless = nameof(Msquic.IsInstalled))]
    public async Task Requests_at_once_headers_and_their_time_are_bounded()
    {
        await using var gateway = await HttpsGateway.StartAsync("3.0");
        await using var connection = await RawHttp3.ConnectAsync(gateway.Address);
        await Eventually.BecomesAsync(() => Task.FromResult(connection.Streams), streams => streams == 100, "the server tells its limit");
        var slow = connection.SendAsync("/api/packs", [], withheld: 1);
        var many = Enumerable.Range(0, 150).Select(number => ($"x-header-{number}", "a"));
        Assert.Equal((431, 0), await connection.SendAsync("/api/packs", many));
        var large = Enumerable.Range(0, 60).Select(number => ($"x-header-{number}", new string('a', 320)));
        Assert.Equal((431, 0), await connection.SendAsync("/api/packs", large));
        Assert.Equal((0, RequestRejected), await connection.SendAsync($"/api/packs?{new string('a', 9_000)}", []));
        Assert.Equal((0, RequestRejected), await slow);
        // Other requests of the connection go on.
        Assert.Equal((200, 0), await connection.SendAsync("/api/packs", []));
    }

    [Fact(Skip = Msquic.Missing, SkipType = typeof(Msquic), SkipUnless = nameof(Msquic.IsInstalled))]
    public async Task An_event_stream_of_a_client_that_has_gone_without_a_word_ends()
    {
        await using var gateway = await HttpsGateway.StartAsync("3.0");
        var (_, token) = await gateway.Gateway.OpenSessionAsync();
        using var network = new UdpRelay(gateway.Address);
        await using var connection = await RawHttp3.ConnectAsync(network.Address);
        _ = connection.SendAsync("/api/events", [("authorization", $"Bearer {token}")]);
        await HttpVersionTests.IsOpenAsync(gateway, true);
        network.Lose();
        // The client has promised nothing about its silence; the next comment is not acknowledged.
        await HttpVersionTests.IsOpenAsync(gateway, false);
    }
}
