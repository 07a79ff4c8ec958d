using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The REST endpoints of the sign-in by OpenID Connect.</summary>
internal static class OpenIdApi
{
    private const int MaxStateLength = 256;
    private const int MaxCodeLength = 4096;
    private const int MaxTokenLength = 12_000;
    private const int MaxErrorLength = 256;

    public static void MapOpenIdApi(this WebApplication app)
    {
        app.MapGet("/api/auth/providers", (OpenIdProviders providers) => TypedResults.Ok(new ProvidersResponse(
            providers.ForBrowsers.Select(provider => new ProviderResponse(provider.Id, provider.Options.Name)))));
        app.MapPost("/api/auth/token", ByTokenAsync).Produces<IdTokenSignedInResponse>();
        app.MapPost("/api/auth/providers/{provider}/start", BeginAsync).RequireCaller().Produces<ProviderSignInResponse>();
        app.MapPost("/api/auth/providers/{provider}/callback", FinishAsync).Produces<SignedInResponse>();
    }

    private static async Task<IResult> BeginAsync(
        string provider, ProviderSignInBody body, Caller caller, OpenIdProviders providers, OpenIdSignIns signIns, ReturnTargets targets,
        CancellationToken cancellationToken)
    {
        if (providers.ForBrowser(provider) is not { } issuer)
        {
            return NotFound();
        }
        if (targets.Accept(body.ReturnTo) is not { } returnTo)
        {
            return Problems.Validation(("return_to", "must be a path of the app, or a page of an allowed origin"));
        }
        try
        {
            var url = await signIns.BeginAsync(issuer, caller.UserId, returnTo, cancellationToken);
            return TypedResults.Ok(new ProviderSignInResponse(url));
        }
        catch (OpenIdUnavailableException)
        {
            return Unavailable();
        }
    }

    private static async Task<IResult> FinishAsync(
        string provider, ProviderCallbackBody body, HttpContext context, OpenIdProviders providers, OpenIdSignIns signIns,
        CancellationToken cancellationToken)
    {
        if (providers.ForBrowser(provider) is not { } issuer)
        {
            return NotFound();
        }
        if (body.State is not { Length: > 0 and <= MaxStateLength } state)
        {
            return Problems.Validation(("state", "must be the state that the issuer was given"));
        }
        var caller = context.GetCaller()?.UserId;
        if (body.Error is { Length: > 0 and <= MaxErrorLength } error)
        {
            return await signIns.EndAsync(issuer, caller, state, cancellationToken) is null ? Expired() : Declined(error);
        }
        if (body.Code is not { Length: > 0 and <= MaxCodeLength } code)
        {
            return Problems.Validation(("code", "must be the code that the issuer has given, unless there is an error"));
        }
        try
        {
            return await signIns.FinishAsync(issuer, caller, state, code, CallerAddress.Of(context), cancellationToken) switch
            {
                OpenIdResult.SignedIn signedIn =>
                    SignedIn(context, signedIn.User, new SignedInResponse(signedIn.User.UserId, signedIn.ReturnTo)),
                OpenIdResult.Rejected { Rejection: OpenIdRejection.EmailNotVerified } => EmailNotVerified(),
                OpenIdResult.Rejected => Rejected(),
                _ => Expired(),
            };
        }
        catch (OpenIdUnavailableException)
        {
            return Unavailable();
        }
    }

    private static async Task<IResult> ByTokenAsync(
        IdTokenBody body, HttpContext context, OpenIdSignIns signIns, CancellationToken cancellationToken)
    {
        if (body.IdToken is not { Length: > 0 and <= MaxTokenLength } token)
        {
            return Problems.Validation(("id_token", "must be an ID token"));
        }
        try
        {
            return await signIns.ByTokenAsync(token, context.GetCaller()?.UserId, CallerAddress.Of(context), cancellationToken) switch
            {
                OpenIdResult.SignedIn signedIn => SignedIn(context, signedIn.User, new IdTokenSignedInResponse(signedIn.User.UserId)),
                OpenIdResult.Rejected { Rejection: OpenIdRejection.EmailNotVerified } => EmailNotVerified(),
                OpenIdResult.Rejected { Rejection: OpenIdRejection.TokenUsed } => Problems.Of(
                    StatusCodes.Status409Conflict, "id_token_used", "ID token used",
                    "This ID token has signed in already. Have the issuer make a new one."),
                _ => Problems.Of(StatusCodes.Status400BadRequest, "invalid_id_token", "Invalid ID token",
                    "It is no ID token of a configured issuer and audience, its signature is not valid, or it is older than 10 minutes."),
            };
        }
        catch (OpenIdUnavailableException)
        {
            return Unavailable();
        }
    }

    private static IResult SignedIn<TBody>(HttpContext context, SignedInUser user, TBody body)
    {
        context.Response.Headers[SignedInUser.HeaderName] = user.ToString();
        return TypedResults.Ok(body);
    }

    private static IResult Declined(string error) => error switch
    {
        "access_denied" => Problems.Of(StatusCodes.Status409Conflict, "sign_in_cancelled", "Sign-in cancelled",
            "The sign-in was cancelled at the issuer. Nothing was changed."),
        "server_error" or "temporarily_unavailable" => Unavailable(),
        _ => Rejected(),
    };

    private static IResult NotFound() => Problems.NotFound("provider_not_found", "No such issuer");

    private static IResult Expired() => Problems.Of(StatusCodes.Status410Gone, "sign_in_expired", "Sign-in expired",
        "The sign-in was finished already, took longer than 10 minutes, or was begun in another browser. Begin again.");

    private static IResult Rejected() => Problems.Of(StatusCodes.Status409Conflict, "sign_in_rejected", "Sign-in rejected",
        "The issuer's answer is not valid for this sign-in. Begin again.");

    private static IResult EmailNotVerified() => Problems.Of(
        StatusCodes.Status403Forbidden, "email_not_verified", "E-mail address not verified",
        "The issuer has not verified the e-mail address, or it is not one in ASCII. Sign in with a link: POST /api/auth/link.");

    private static IResult Unavailable() => Problems.Unavailable("provider_unavailable", "The issuer does not answer");
}
