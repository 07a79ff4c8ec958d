using System.Net;
using System.Net.Sockets;

namespace ReelBallers.Media;

/// <summary>What ffprobe reads. It opens nothing else: no playlists, file lists or other protocols, whatever the file says.</summary>
internal sealed record ProbeInput(IReadOnlyList<string> Options, string Name)
{
    private const string StallLimitMicroseconds = "10000000";

    private static readonly string[] CertificateFiles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

    public static ProbeInput OfFile(string file) => new(["-v", "error", .. Probe.ReadFileOnly], file);

    /// <summary>MP4 and Matroska only: neither can name other files that ffprobe would open.</summary>
    /// <exception cref="VideoUnreadException">The host has no address, or this ffprobe cannot read from it.</exception>
    public static async Task<ProbeInput> OfUrlAsync(Uri url, Ffprobe ffprobe, CancellationToken cancellationToken)
    {
        var isSecure = url.Scheme == Uri.UriSchemeHttps;
        var host = Array.Empty<string>();
        if (!ffprobe.ResolvesNames && url.HostNameType == UriHostNameType.Dns)
        {
            if (isSecure)
            {
                throw new VideoUnreadException(
                    "the ffprobe of this machine cannot resolve host names, as the one from npm cannot: install ffmpeg");
            }
            host = ["-headers", $"Host: {url.Authority}\r\n"];
            url = new UriBuilder(url) { Host = (await AddressAsync(url, cancellationToken)).ToString() }.Uri;
        }
        return new(
            [
                // Warnings too: they tell a broken connection from a broken file.
                "-v", "warning",
                "-protocol_whitelist", isSecure ? "https,tls,tcp" : "http,tcp",
                "-format_whitelist", "mov,matroska",
                "-rw_timeout", StallLimitMicroseconds,
                // A connection that is reset is only told of when it would be opened again.
                "-reconnect", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", "0",
                .. host,
                .. ffprobe.LimitsRedirects ? ["-max_redirects", "0"] : Array.Empty<string>(),
                // Without it, ffprobe accepts any certificate.
                .. isSecure ? ["-tls_verify", "1", .. Certificates()] : Array.Empty<string>(),
            ],
            url.AbsoluteUri);
    }

    private static async Task<IPAddress> AddressAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(url.Host, cancellationToken);
            return addresses.OrderByDescending(address => address.AddressFamily == AddressFamily.InterNetwork).First();
        }
        catch (SocketException)
        {
            throw new VideoUnreadException("the storage has no address");
        }
    }

    private static string[] Certificates() => Array.Find(CertificateFiles, File.Exists) is { } file ? ["-ca_file", file] : [];
}
