using Microsoft.AspNetCore.Mvc;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The REST API: the packs, starting a top-up, and its status.</summary>
internal static partial class TopupApi
{
    public static void MapTopups(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/packs", (Catalog catalog) => catalog.ToResponse());
        routes.MapPost("/api/topup", StartAsync).RequireCaller().WithIdempotency().Produces<TopupResponse>();
        routes.MapGet("/api/topup/{session_id}", GetAsync).RequireCaller().Produces<TopupStatusResponse>();
        routes.MapGet("/api/topup/{session_id}/receipt", GetReceiptAsync).RequireCaller()
            .Produces<ReceiptResponse>().Produces(StatusCodes.Status302Found);
        routes.MapUserEvents<PaymentsDbContext, TopupStatusResponse>();
    }

    private static async Task<IResult> StartAsync(
        TopupRequest? request, Caller caller, HttpContext context, Catalog catalog, Checkouts checkouts, ILogger<Checkouts> logger)
    {
        if (request is null)
        {
            return Problems.Validation(("body", "must be an object with amount_cents or pack"));
        }
        if (request.AmountCents is null == request.Pack is null)
        {
            return Problems.Validation(("amount_cents", "give either amount_cents or pack"), ("pack", "give either amount_cents or pack"));
        }
        var offer = request.Pack is not null ? catalog.Pack(request.Pack) : catalog.ForAmount(request.AmountCents!.Value);
        if (offer is null)
        {
            return request.Pack is not null
                ? Problems.Validation(("pack", "unknown pack; GET /api/packs lists them"))
                : Problems.Validation(("amount_cents", catalog.MaxCents == 0 ? "only packs are sold"
                    : $"must be from {catalog.MinCents} to {catalog.MaxCents}"));
        }
        if (offer.Grants.Count > 0 && !AccessUsername.IsValid(request.AccessUsername))
        {
            return Problems.Validation(("access_username", AccessUsername.Problem));
        }
        if (offer.Grants.Count == 0 && request.AccessUsername is not null)
        {
            return Problems.Validation(("access_username", "is for packs that grant access"));
        }
        try
        {
            var started = await checkouts.StartAsync(
                new CheckoutRequest(context.OperationId(), caller.UserId, offer)
                {
                    ClientAddress = CallerAddress.Of(context),
                    SavesCard = request.SaveCard == true,
                    AccessUsername = request.AccessUsername,
                },
                context.RequestAborted);
            return Results.Ok(new TopupResponse(started.Url, started.SessionId));
        }
        catch (TopupLimitedException limited)
        {
            return limited.ToResult(context.Response);
        }
        catch (StripeUnavailableException outage)
        {
            LogUnavailable(logger, context.OperationId(), Outages.Reason(outage));
            return Problems.Unavailable("stripe_unavailable", "Stripe unavailable");
        }
    }

    private static async Task<IResult> GetAsync(
        [FromRoute(Name = "session_id")] string sessionId, Caller caller, HttpContext context, Checkouts checkouts, GrantLists grants,
        TimeProvider time)
    {
        if (!StripeIds.IsId(sessionId)
            || await checkouts.RefreshAsync(caller.UserId, sessionId, context.RequestAborted) is not { } checkout)
        {
            return Problems.NotFound("checkout_not_found", "Checkout not found");
        }
        var given = checkout.Grants is null ? [] : await grants.OfCheckoutAsync(checkout.Id, context.RequestAborted);
        return Results.Ok(checkout.ToResponse(given, time.GetUtcNow()));
    }

    private static async Task<IResult> GetReceiptAsync(
        [FromRoute(Name = "session_id")] string sessionId, Caller caller, HttpContext context, Checkouts checkouts,
        string? redirect = null)
    {
        if (redirect is not (null or "1"))
        {
            return Problems.Validation(("redirect", "must be 1 or absent"));
        }
        if (!StripeIds.IsId(sessionId)
            || await checkouts.RefreshAsync(caller.UserId, sessionId, context.RequestAborted) is not { ReceiptUrl: { } url })
        {
            return Problems.NotFound("receipt_not_found", "Receipt not found");
        }
        return redirect is null ? Results.Ok(new ReceiptResponse(url)) : Results.Redirect(url);
    }

    [LoggerMessage(LogLevel.Error, "Checkout {CheckoutId} could not be started: Stripe is unavailable ({Reason})")]
    private static partial void LogUnavailable(ILogger logger, Guid checkoutId, string reason);
}
