using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ReelBallers.Gateway.Tests;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    [InlineData("3.0", Skip = Msquic.Missing, SkipType = typeof(Msquic), SkipUnless = nameof(Msquic.IsInstalled))]
    public async Task With_a_certificate_the_Gateway_speaks_every_version_over_TLS(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version);
        using var answer = await gateway.Client.PostAsync("/api/session", null);
        Assert.Equal((HttpStatusCode.Created, Version.Parse(version)), (answer.StatusCode, answer.Version));
        Assert.Equal(["max-age=31536000; includeSubDomains"], answer.Headers.GetValues("Strict-Transport-Security"));
        Assert.Contains("; secure", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        // HTTP/3 is offered where the system has msquic.
        string[] offered = Msquic.IsInstalled ? [$"h3=\":{gateway.Address.Port}\""] : [];
        Assert.Equal(offered, answer.Headers.TryGetValues("Alt-Svc", out var values) ? values : []);
    }

    [Fact]
    public async Task Versions_can_be_switched_off()
    {
        await using var gateway = await HttpsGateway.StartAsync("2.0", ("Kestrel:EndpointDefaults:Protocols", "Http1AndHttp2"));
        using var answer = await gateway.Client.GetAsync("/api/packs");
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        Assert.False(answer.Headers.Contains("Alt-Svc"));
        await using var older = await HttpsGateway.StartAsync("2.0", ("Kestrel:EndpointDefaults:Protocols", "Http1"));
        await Assert.ThrowsAsync<HttpRequestException>(() => older.Client.GetAsync("/api/packs"));
    }

    [Fact]
    public async Task Streams_headers_and_slow_peers_are_bounded()
    {
        await using var gateway = await TestGateway.StartAsync();
        var limits = gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.Equal((100, 16 * 1024), (limits.MaxRequestHeaderCount, limits.MaxRequestHeadersTotalSize));
        Assert.Equal(100, limits.Http2.MaxStreamsPerConnection);
        Assert.Equal(TimeSpan.FromSeconds(30), limits.Http2.KeepAlivePingDelay);
        Assert.Equal(2048, limits.MinResponseDataRate?.BytesPerSecond);
        Assert.Equal(240, limits.MinRequestBodyDataRate?.BytesPerSecond);
    }
}
