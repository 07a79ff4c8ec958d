using System.Net;
using System.Net.Quic;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ReelBallers.Gateway.Tests;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task With_a_certificate_the_Gateway_speaks_every_version_over_TLS(string version)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, Certificate());
        await using var gateway = await TestGateway.StartAsync(
            services => services.AddSingleton<IStartupFilter, HttpsAddress>(), ("Kestrel:Certificates:Default:Path", file));
        File.Delete(file);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
            UseCookies = false,
        });
        var addresses = gateway.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var https = addresses.Single(address => address.StartsWith("https:", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(https), "/api/session"))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.Created, Version.Parse(version)), (answer.StatusCode, answer.Version));
        Assert.Equal(["max-age=31536000; includeSubDomains"], answer.Headers.GetValues("Strict-Transport-Security"));
        Assert.Contains("; secure", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        // HTTP/3 is offered where the system has msquic.
        Assert.Equal(OperatingSystem.IsLinux() && QuicListener.IsSupported, answer.Headers.Contains("Alt-Svc"));
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

    /// <summary>Listens at an HTTPS address too, as <c>ASPNETCORE_URLS</c> would say.</summary>
    private sealed class HttpsAddress(IServer server) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
        {
            server.Features.Get<IServerAddressesFeature>()!.Addresses.Add("https://127.0.0.1:0");
            return next;
        }
    }

    private static byte[] Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return certificate.Export(X509ContentType.Pkcs12);
    }
}
