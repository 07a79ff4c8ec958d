using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Answer of POST /api/billing-portal.</summary>
internal sealed record BillingPortalResponse(string Url)
{
    /// <summary>Without the URL: who has it can change the customer.</summary>
    public override string ToString() => nameof(BillingPortalResponse);
}

/// <summary>The REST API of Stripe's billing portal. Where it leads back to is configured: a caller cannot choose it.</summary>
internal static partial class BillingPortalApi
{
    public static void MapBillingPortal(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/billing-portal", OpenAsync).RequireCaller().Produces<BillingPortalResponse>();

    private static async Task<IResult> OpenAsync(
        Caller caller, PaymentsDbContext database, StripeApi stripe, ILogger<StripeApi> logger, CancellationToken cancellationToken)
    {
        var customerId = await database.Customers.Where(row => row.UserId == caller.UserId).Select(row => row.CustomerId)
            .SingleOrDefaultAsync(cancellationToken);
        try
        {
            return customerId is not null && await stripe.OpenPortalAsync(customerId, cancellationToken) is { } url
                ? Results.Ok(new BillingPortalResponse(url))
                : Problems.NotFound("customer_not_found", "Customer not found");
        }
        catch (StripeUnavailableException outage)
        {
            LogUnavailable(logger, Outages.Reason(outage));
            return Problems.Unavailable("stripe_unavailable", "Stripe unavailable");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The billing portal is not available: Stripe is unavailable ({Reason})")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
