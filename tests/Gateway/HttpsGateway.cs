using System.Net.Quic;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>A Gateway with a certificate, and a client that speaks one version of HTTP with it over TLS.</summary>
internal sealed class HttpsGateway : IAsyncDisposable
{
    private HttpsGateway(TestGateway gateway, Uri address, HttpClient client) => (Gateway, Address, Client) = (gateway, address, client);

    /// <summary>The Gateway, whose own client speaks without TLS.</summary>
    public TestGateway Gateway { get; }

    /// <summary>Its address with TLS.</summary>
    public Uri Address { get; }

    /// <summary>Speaks that version alone.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts one that waits longer for its requests when it stops than any test waits.</summary>
    public static async Task<HttpsGateway> StartAsync(string version, params (string Key, string Value)[] settings)
    {
        // HTTP/3 is not offered at a port that the system chooses.
        var address = new Uri($"https://127.0.0.1:{TestPort.Take()}");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, Certificate());
            var gateway = await TestGateway.StartAsync(
                services => services.AddSingleton<IStartupFilter>(provider =>
                        new Listening(address, provider.GetRequiredService<IServer>()))
                    .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(3)),
                [("Kestrel:Certificates:Default:Path", file), .. settings]);
            return new HttpsGateway(gateway, address, NewClient(address, Version.Parse(version)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>As <see cref="TestGateway.UseSessionAsync"/>, for both clients.</summary>
    public async Task UseSessionAsync()
    {
        await Gateway.UseSessionAsync();
        Client.DefaultRequestHeaders.Authorization = Gateway.Client.DefaultRequestHeaders.Authorization;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Gateway.DisposeAsync();
    }

    private static HttpClient NewClient(Uri address, Version version) => new(new OneVersion(version))
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2),
    };

    private static byte[] Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return certificate.Export(X509ContentType.Pkcs12);
    }

    /// <summary>Listens at that address too, as <c>ASPNETCORE_URLS</c> would say.</summary>
    private sealed class Listening(Uri address, IServer server) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
        {
            server.Features.Get<IServerAddressesFeature>()!.Addresses.Add(address.GetLeftPart(UriPartial.Authority));
            return next;
        }
    }

    private sealed class OneVersion(Version version) : DelegatingHandler(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (request.Version, request.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>The library by which .NET speaks QUIC, and so HTTP/3.</summary>
public static class Msquic
{
    /// <summary>Why a test that needs it is skipped.</summary>
    public const string Missing = "libmsquic cannot be loaded; Microsoft has packages of it for Linux.";

    /// <summary>Whether a test can speak HTTP/3.</summary>
    public static bool IsInstalled =>
        (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() || OperatingSystem.IsWindows()) && QuicListener.IsSupported;
}
