using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The REST endpoints of the change of an account's address.</summary>
internal static class AddressApi
{
    public static void MapAddressApi(this WebApplication app)
    {
        app.MapPost("/api/account/address", RequestAsync).RequireCaller()
            .Produces<AddressChangeSentResponse>(StatusCodes.Status202Accepted);
        app.MapDelete("/api/account/address", WithdrawAsync).RequireCaller().Produces(StatusCodes.Status204NoContent);
        app.MapPost("/api/account/address/confirm", ConfirmAsync).RequireCaller().Produces<AddressConfirmedResponse>();
    }

    private static async Task<IResult> RequestAsync(
        AddressChangeBody body, Caller caller, HttpContext context, AddressChanges changes, CancellationToken cancellationToken)
    {
        if (EmailAddress.Normalize(body.Email) is not { } email)
        {
            return Problems.Validation(("email", "must be an e-mail address in ASCII"));
        }
        var request = new AddressChangeRequest(caller.UserId, email, CallerAddress.Of(context));
        return await changes.RequestAsync(request, cancellationToken) switch
        {
            AddressRequestOutcome.Sent sent => TypedResults.Json(
                new AddressChangeSentResponse(sent.ExpiresAt), statusCode: StatusCodes.Status202Accepted),
            AddressRequestOutcome.Unchanged => Problems.Validation(("email", "must be another address than the one that the account has")),
            AddressRequestOutcome.Limited limited => Limited(context, limited.Pause),
            _ => AccountsApi.SignInRequired("An anonymous user has no address. Sign in first: POST /api/auth/link."),
        };
    }

    private static async Task<IResult> WithdrawAsync(Caller caller, AddressChanges changes, CancellationToken cancellationToken)
    {
        await changes.WithdrawAsync(caller.UserId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ConfirmAsync(
        AddressConfirmationBody body, Caller caller, HttpContext context, AddressConfirmations confirmations,
        CancellationToken cancellationToken)
    {
        if (body.Token is not { Length: > 0 and <= LinkTokens.MaxLength } token)
        {
            return Problems.Validation(("token", "must be the token of a link that confirms an address"));
        }
        return await confirmations.ConfirmAsync(token, caller.UserId, CallerAddress.Of(context), cancellationToken) switch
        {
            AddressConfirmation.Changed changed => TypedResults.Ok(new AddressConfirmedResponse(true, changed.Email)),
            AddressConfirmation.Waiting waiting => TypedResults.Ok(new AddressConfirmedResponse(false, waiting.Email)),
            AddressConfirmation.AddressInUse => Problems.Of(
                StatusCodes.Status409Conflict, "address_in_use", "Address in use",
                "The new address belongs to another account. Nothing was changed."),
            AddressConfirmation.NoAccount => AccountsApi.SignInRequired(
                "A change of address is confirmed in a browser that is signed in to the account. Sign in first: POST /api/auth/link."),
            _ => Problems.Of(StatusCodes.Status410Gone, "link_expired", "Link expired",
                "The link was used, replaced or withdrawn, is older than 30 minutes, is another account's, or never existed."),
        };
    }

    private static IResult Limited(HttpContext context, TimeSpan pause)
    {
        var seconds = Problems.RetryAfter(context.Response, pause);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "sign_in_limited", "Too many links",
            $"Use the last links that were sent, or ask again in {seconds} s.");
    }
}
