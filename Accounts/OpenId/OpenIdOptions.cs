using System.Text.RegularExpressions;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Signing in by OpenID Connect: section <c>OpenId</c>.</summary>
internal sealed partial class OpenIdOptions : IValidatedOptions
{
    /// <summary>The issuers by the name that is part of their paths, such as <c>google</c>.</summary>
    public Dictionary<string, OpenIdProviderOptions> Providers { get; init; } = [];

    public void Validate(OptionsErrors errors)
    {
        foreach (var (id, provider) in Providers)
        {
            if (!Id().IsMatch(id))
            {
                errors.Add($"Providers:{id}", "has an invalid name. Use at most 32 lower-case letters, digits and hyphens.");
            }
            provider.Validate($"Providers:{id}:", errors);
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,31}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}

/// <summary>An issuer, which is trusted to say who has which address.</summary>
internal sealed class OpenIdProviderOptions
{
    /// <summary>The maximum length of an issuer.</summary>
    public const int MaxIssuerLength = 255;

    /// <summary>The name on the page's button.</summary>
    public string Name { get; init; } = "";

    /// <summary>As it is in the issuer's tokens; the discovery document is below it.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Of the client that the issuer knows us as; empty: browsers are not sent to this issuer.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Of the same client; empty for a public one.</summary>
    public string ClientSecret { get; init; } = "";

    /// <summary>Audiences whose ID tokens sign in at <c>POST /api/auth/token</c>, comma separated; empty: none do.</summary>
    public string TokenAudiences { get; init; } = "";

    /// <summary><see cref="TokenAudiences"/> as a list.</summary>
    public string[] Audiences => TokenAudiences.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Reports every invalid setting.</summary>
    public void Validate(string prefix, OptionsErrors errors)
    {
        if (ClientId.Length == 0 && Audiences.Length == 0)
        {
            return;
        }
        if (ClientId.Length > 0)
        {
            errors.Required($"{prefix}{nameof(Name)}", Name, "the name on the page's button");
        }
        if (errors.HttpUrl($"{prefix}{nameof(Issuer)}", Issuer) is { } url
            && (!IsSafe(url) || url.Query.Length > 0 || url.Fragment.Length > 0 || Issuer.Length > MaxIssuerLength))
        {
            errors.Add(
                $"{prefix}{nameof(Issuer)}",
                $"is '{Issuer}'. Set it to an https URL of at most {MaxIssuerLength} characters without a query; http is for localhost.");
        }
    }

    /// <summary>Whether what is sent there cannot be read on the way.</summary>
    public static bool IsSafe(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);
}
