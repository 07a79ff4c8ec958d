namespace ReelBallers.Accounts;

/// <summary>Response of <c>GET /api/auth/providers</c>: the issuers that the page has a button for.</summary>
internal sealed record ProvidersResponse(IEnumerable<ProviderResponse> Providers);

/// <summary>An issuer.</summary>
/// <param name="Provider">Part of its paths.</param>
/// <param name="Name">On the button.</param>
internal sealed record ProviderResponse(string Provider, string Name);

/// <summary>Body of <c>POST /api/auth/providers/{provider}/start</c>.</summary>
internal sealed record ProviderSignInBody(string? ReturnTo = null);

/// <summary>Response of <c>POST /api/auth/providers/{provider}/start</c>.</summary>
/// <param name="AuthorizationUrl">Where the browser goes.</param>
internal sealed record ProviderSignInResponse(string AuthorizationUrl);

/// <summary>Body of <c>POST /api/auth/providers/{provider}/callback</c>: what the issuer has put into the URL.</summary>
internal sealed record ProviderCallbackBody(string? State = null, string? Code = null, string? Error = null);

/// <summary>Body of <c>POST /api/auth/token</c>.</summary>
internal sealed record IdTokenBody(string? IdToken = null);

/// <summary>Response of <c>POST /api/auth/token</c>, to which the Gateway adds the session's token.</summary>
internal sealed record IdTokenSignedInResponse(Guid Uid);
