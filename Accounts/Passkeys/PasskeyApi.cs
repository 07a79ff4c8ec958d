using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The REST endpoints of an account's passkeys, and of the sign-in by one.</summary>
internal static class PasskeyApi
{
    public static void MapPasskeyApi(this WebApplication app)
    {
        app.MapGet("/api/account/passkeys", ListAsync).RequireCaller().Produces<PasskeysResponse>();
        app.MapPost("/api/account/passkeys", AddAsync).RequireCaller().Produces<PasskeyResponse>(StatusCodes.Status201Created);
        app.MapPost("/api/account/passkeys/options", AskAsync).RequireCaller().Produces<PasskeyCreationResponse>();
        app.MapDelete("/api/account/passkeys/{passkeyId}", RemoveAsync).RequireCaller().Produces(StatusCodes.Status204NoContent);
        app.MapPost("/api/auth/passkey", SignInAsync).Produces<PasskeySignedInResponse>();
        app.MapPost("/api/auth/passkey/options", AskToSignInAsync).RequireCaller().Produces<PasskeyRequestResponse>();
    }

    /// <summary>A passkey as its owner sees it: without its key.</summary>
    public static PasskeyResponse ToResponse(this Passkey passkey) =>
        new(passkey.PasskeyId, passkey.Name, passkey.CreatedAt, passkey.LastUsedAt);

    private static async Task<IResult> ListAsync(Caller caller, Passkeys passkeys, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PasskeysResponse(
            [.. (await passkeys.ListAsync(caller.UserId, cancellationToken)).Select(ToResponse)]));

    private static async Task<IResult> AskAsync(Caller caller, Passkeys passkeys, CancellationToken cancellationToken) =>
        ToResult(await passkeys.AskAsync(caller.UserId, cancellationToken));

    private static async Task<IResult> AddAsync(
        PasskeyBody body, Caller caller, HttpContext context, Passkeys passkeys, CancellationToken cancellationToken)
    {
        var (attestation, errors) = PasskeyRequests.Read(body.Credential);
        var name = PasskeyRequests.Name(body.Name);
        if (attestation is null || name is null)
        {
            return Problems.Validation(
                [.. errors, .. name is null ? [("name", PasskeyRequests.NameProblem)] : Array.Empty<(string, string)>()]);
        }
        return ToResult(await passkeys.AddAsync(caller.UserId, attestation, name, CallerAddress.Of(context), cancellationToken));
    }

    private static async Task<IResult> RemoveAsync(
        string passkeyId, Caller caller, HttpContext context, Passkeys passkeys, CancellationToken cancellationToken) =>
        Guid.TryParseExact(passkeyId, "D", out var id)
        && await passkeys.RemoveAsync(caller.UserId, id, CallerAddress.Of(context), cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("passkey_not_found", "Passkey not found");

    private static async Task<IResult> AskToSignInAsync(Caller caller, PasskeySignIns signIns, CancellationToken cancellationToken)
    {
        var (expiresAt, options) = await signIns.AskAsync(caller.UserId, cancellationToken);
        return TypedResults.Ok(new PasskeyRequestResponse(expiresAt, options));
    }

    private static async Task<IResult> SignInAsync(
        PasskeySignInBody body, HttpContext context, PasskeySignIns signIns, CancellationToken cancellationToken)
    {
        var (assertion, errors) = PasskeyRequests.Read(body.Credential);
        if (assertion is null)
        {
            return Problems.Validation([.. errors]);
        }
        switch (await signIns.SignInAsync(assertion, context.GetCaller()?.UserId, CallerAddress.Of(context), cancellationToken))
        {
            case PasskeySignIn.SignedIn signedIn:
                context.Response.Headers[SignedInUser.HeaderName] = signedIn.User.ToString();
                return TypedResults.Ok(new PasskeySignedInResponse(signedIn.User.UserId));
            case PasskeySignIn.Expired:
                return Expired();
            default:
                return Invalid(
                    "There is no such passkey, or its answer is not valid for this app. Sign in with a link: POST /api/auth/link.");
        }
    }

    private static IResult ToResult(PasskeyOutcome outcome) => outcome switch
    {
        PasskeyOutcome.Asked asked => TypedResults.Ok(new PasskeyCreationResponse(asked.ExpiresAt, asked.Options)),
        PasskeyOutcome.Added added => TypedResults.Created($"/api/account/passkeys/{added.Passkey.PasskeyId}", added.Passkey.ToResponse()),
        PasskeyOutcome.NoAccount => AccountsApi.SignInRequired(
            "An anonymous user has no account that a passkey could sign in to. Sign in first: POST /api/auth/link."),
        PasskeyOutcome.TooMany => Problems.Of(
            StatusCodes.Status409Conflict, "too_many_passkeys", "Too many passkeys",
            $"The account has {Passkey.MaxPerAccount} passkeys. Remove one first: DELETE /api/account/passkeys/{{passkey_id}}."),
        PasskeyOutcome.Known => Problems.Of(
            StatusCodes.Status409Conflict, "passkey_exists", "Passkey exists", "The passkey was added already. Nothing was changed."),
        PasskeyOutcome.Expired => Expired(),
        _ => Invalid("It is not the answer of an authenticator to this app that has verified its user. Nothing was added."),
    };

    private static IResult Expired() => Problems.Of(StatusCodes.Status410Gone, "challenge_expired", "Challenge expired",
        "The challenge was used, is older than 5 minutes, was given to another user's browser, or never existed. Ask for new options.");

    private static IResult Invalid(string detail) =>
        Problems.Of(StatusCodes.Status400BadRequest, "passkey_invalid", "Passkey invalid", detail);
}
