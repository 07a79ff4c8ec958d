using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Answer of GET /api/cards.</summary>
internal sealed record CardsResponse(IReadOnlyList<CardResponse> Cards);

/// <summary>A saved card.</summary>
internal sealed record CardResponse(string Id, string Brand, string Last4, string Exp, bool IsDefault);

/// <summary>The REST API of the saved cards.</summary>
internal static partial class CardsApi
{
    public static void MapCards(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/cards", ListAsync).RequireCaller().Produces<CardsResponse>();
        routes.MapDelete("/api/cards/{card_id}", RemoveAsync).RequireCaller().Produces(StatusCodes.Status204NoContent);
        routes.MapPut("/api/cards/{card_id}/default", SetDefaultAsync).RequireCaller().Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(Caller caller, Cards cards, ILogger<Cards> logger, CancellationToken cancellationToken)
    {
        try
        {
            var list = await cards.ListAsync(caller.UserId, cancellationToken);
            return Results.Ok(new CardsResponse([.. list.Select(ToResponse)]));
        }
        catch (StripeUnavailableException outage)
        {
            return Unavailable(logger, outage);
        }
    }

    private static Task<IResult> RemoveAsync(
        [FromRoute(Name = "card_id")] string cardId, Caller caller, Cards cards, ILogger<Cards> logger,
        CancellationToken cancellationToken) =>
        ChangeAsync(cards.RemoveAsync(caller.UserId, cardId, cancellationToken), logger);

    private static Task<IResult> SetDefaultAsync(
        [FromRoute(Name = "card_id")] string cardId, Caller caller, Cards cards, ILogger<Cards> logger,
        CancellationToken cancellationToken) =>
        ChangeAsync(cards.SetDefaultAsync(caller.UserId, cardId, cancellationToken), logger);

    private static async Task<IResult> ChangeAsync(Task<bool> change, ILogger<Cards> logger)
    {
        try
        {
            return await change ? Results.NoContent() : Problems.NotFound("card_not_found", "Card not found");
        }
        catch (StripeUnavailableException outage)
        {
            return Unavailable(logger, outage);
        }
    }

    private static CardResponse ToResponse(Card card) => new(
        card.Id, card.Brand, card.Last4, string.Create(CultureInfo.InvariantCulture, $"{card.ExpMonth:00}/{card.ExpYear:0000}"),
        card.IsDefault);

    private static IResult Unavailable(ILogger<Cards> logger, StripeUnavailableException outage)
    {
        LogUnavailable(logger, Outages.Reason(outage));
        return Problems.Unavailable("stripe_unavailable", "Stripe unavailable");
    }

    [LoggerMessage(LogLevel.Warning, "Saved cards are not available: Stripe is unavailable ({Reason})")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
