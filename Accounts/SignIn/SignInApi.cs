using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The REST endpoints of the sign-in.</summary>
internal static class SignInApi
{
    public static void MapSignInApi(this WebApplication app)
    {
        app.MapPost("/api/auth/link", AskAsync).RequireCaller().Produces<LinkSentResponse>(StatusCodes.Status202Accepted);
        app.MapPost("/api/auth/link/confirm", ConfirmAsync).Produces<SignedInResponse>();
    }

    private static async Task<IResult> AskAsync(
        LinkRequestBody body, Caller caller, HttpContext context, LinkRequests requests, ReturnTargets targets, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (email, returnTo) = (EmailAddress.Normalize(body.Email), targets.Accept(body.ReturnTo));
        if (email is null || returnTo is null)
        {
            return Problems.Validation(
            [
                .. email is null ? [("email", "must be an e-mail address in ASCII")] : Array.Empty<(string, string)>(),
                .. returnTo is null ? [("return_to", "must be a path of the app, or a page of an allowed origin")]
                    : Array.Empty<(string, string)>(),
            ]);
        }
        var request = new LinkRequest(email, caller.UserId, CallerAddress.Of(context), returnTo);
        if (await requests.AddAsync(request, cancellationToken) is { } pause)
        {
            var seconds = Problems.RetryAfter(context.Response, pause);
            return Problems.Of(StatusCodes.Status429TooManyRequests, "sign_in_limited", "Too many sign-in links",
                $"Use the last link that was sent, or ask for another one in {seconds} s.");
        }
        return TypedResults.Json(
            new LinkSentResponse(time.GetUtcNow() + SignInLink.Lifetime), statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ConfirmAsync(
        LinkConfirmationBody body, HttpContext context, LinkConfirmations confirmations, CancellationToken cancellationToken)
    {
        if (body.Token is not { Length: > 0 and <= LinkTokens.MaxLength } token)
        {
            return Problems.Validation(("token", "must be the token of a sign-in link"));
        }
        return await confirmations.ConfirmAsync(
            token, context.GetCaller()?.UserId, body.Confirmed, CallerAddress.Of(context), cancellationToken) switch
        {
            LinkConfirmation.SignedIn signedIn => SignedIn(context, signedIn),
            LinkConfirmation.Unconfirmed unconfirmed => Problems.Of(
                StatusCodes.Status409Conflict, "confirmation_required", "Confirmation required",
                "The link was asked for in another browser. Repeat the request with \"confirmed\": true if the user wants to sign in here.",
                ("email", EmailAddress.Mask(unconfirmed.Email))),
            _ => Problems.Of(StatusCodes.Status410Gone, "link_expired", "Link expired",
                "The link was used already, is older than 15 minutes, or never existed. Ask for another one: POST /api/auth/link."),
        };
    }

    private static IResult SignedIn(HttpContext context, LinkConfirmation.SignedIn signedIn)
    {
        context.Response.Headers[SignedInUser.HeaderName] = signedIn.User.ToString();
        return TypedResults.Ok(new SignedInResponse(signedIn.User.UserId, signedIn.ReturnTo));
    }
}
