using Microsoft.Extensions.Options;

namespace ReelBallers.Accounts;

/// <summary>The issuers that are configured completely.</summary>
internal sealed class OpenIdProviders(
    IOptions<OpenIdOptions> options, IHttpClientFactory clients, TimeProvider time, ILogger<OpenIdProvider> logger) : IDisposable
{
    /// <summary>The name of the HTTP client.</summary>
    public const string ClientName = "openid";

    /// <summary>How long a call to an issuer may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>How large a response may be.</summary>
    public const int MaxResponseBytes = 1 << 20;

    private readonly OpenIdProvider[] _all =
    [
        .. options.Value.Providers.Where(provider => provider.Value.ClientId.Length > 0 || provider.Value.Audiences.Length > 0)
            .OrderBy(provider => provider.Key, StringComparer.Ordinal)
            .Select(provider => new OpenIdProvider(provider.Key, provider.Value, clients.CreateClient(ClientName), time, logger)),
    ];

    /// <summary>Those that browsers are sent to.</summary>
    public IEnumerable<OpenIdProvider> ForBrowsers => _all.Where(provider => provider.Options.ClientId.Length > 0);

    /// <summary>The one with this id that browsers are sent to; null when there is none.</summary>
    public OpenIdProvider? ForBrowser(string id) => ForBrowsers.FirstOrDefault(provider => provider.Id == id);

    /// <summary>The one whose ID tokens of this issuer are accepted; null when there is none.</summary>
    public OpenIdProvider? ForTokensOf(string issuer) =>
        Array.Find(_all, provider => provider.Options.Issuer == issuer && provider.Options.Audiences.Length > 0);

    public void Dispose() => Array.ForEach(_all, provider => provider.Dispose());
}
