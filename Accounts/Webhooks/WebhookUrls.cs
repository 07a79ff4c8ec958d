using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace ReelBallers.Accounts;

/// <summary>
/// Which URLs events are posted to: https of the internet. What a name leads to is looked at when a connection is made, and that address
/// is the one that is used: the name may lead elsewhere a moment later.
/// </summary>
internal sealed class WebhookUrls(IOptions<WebhookOptions> options)
{
    /// <summary>The maximum length of a URL, in characters.</summary>
    public const int MaxLength = 2000;

    /// <summary>What a URL must be, for operators.</summary>
    public const string Problem =
        "must be an https URL of the internet of at most 2000 characters, without credentials and fragment, with port 443 or above 1023";

    private const int HttpsPort = 443;
    private const int FirstUnprivilegedPort = 1024;

    /// <summary>The URL in its usual form; null when it is none that events are posted to.</summary>
    public string? Normalize(string? text)
    {
        if (text is null || text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url.UserInfo.Length > 0 || url.Fragment.Length > 0 || url.AbsoluteUri.Length > MaxLength)
        {
            return null;
        }
        var isLocal = url.Scheme == Uri.UriSchemeHttp && options.Value.AllowLoopback && url.IsLoopback;
        if ((!isLocal && url.Scheme != Uri.UriSchemeHttps) || url.Port is not HttpsPort and < FirstUnprivilegedPort)
        {
            return null;
        }
        return url.HostNameType switch
        {
            UriHostNameType.Dns => url.AbsoluteUri,
            UriHostNameType.IPv4 or UriHostNameType.IPv6 when IsAllowed(IPAddress.Parse(url.DnsSafeHost), url.Scheme) => url.AbsoluteUri,
            _ => null,
        };
    }

    /// <summary>Connects to an address that is allowed.</summary>
    /// <exception cref="WebhookAddressException">There is none.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (target, scheme) = (context.DnsEndPoint, context.InitialRequestMessage.RequestUri!.Scheme);
        var found = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = found.Where(address => IsAllowed(address, scheme)).ToArray();
        if (allowed.Length == 0)
        {
            throw new WebhookAddressException();
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address, string scheme) =>
        (options.Value.AllowLoopback && PublicAddresses.IsLoopback(address))
        || (scheme == Uri.UriSchemeHttps && PublicAddresses.IsPublic(address));
}

/// <summary>A name has no address that events are posted to.</summary>
internal sealed class WebhookAddressException() : IOException("The address is not one of the internet.");
