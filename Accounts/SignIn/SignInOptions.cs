using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Signing in by a link in a mail: section <c>SignIn</c>.</summary>
internal sealed class SignInOptions : IValidatedOptions
{
    /// <summary>The secret that the links' tokens are made with.</summary>
    public string LinkKey { get; init; } = "";

    /// <summary>The keys that <see cref="LinkKey"/> has replaced, comma separated; unsubscribe links of theirs stay valid.</summary>
    public string PreviousLinkKeys { get; init; } = "";

    /// <summary>Origins of front ends elsewhere that a sign-in may lead back to; comma separated.</summary>
    public string ReturnOrigins { get; init; } = "";

    /// <summary>Links that an e-mail address gets within 15 minutes.</summary>
    public int LinksPerEmail { get; init; } = 5;

    /// <summary>Links, and tickets without an account, that a client's address may ask for within an hour.</summary>
    public int LinksPerClient { get; init; } = 30;

    public string[] Origins => ReturnOrigins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public void Validate(OptionsErrors errors)
    {
        SigningKeys.Check(errors, nameof(LinkKey), LinkKey, nameof(PreviousLinkKeys), PreviousLinkKeys);
        foreach (var origin in Origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
                || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                errors.Add(
                    nameof(ReturnOrigins),
                    $"has '{origin}', which is not an origin. Set it to scheme://host[:port] without a path.");
            }
        }
        errors.Range(nameof(LinksPerEmail), LinksPerEmail, 1, 1000);
        errors.Range(nameof(LinksPerClient), LinksPerClient, 1, 100_000);
    }
}
