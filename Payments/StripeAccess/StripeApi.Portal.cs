using Stripe;
using PortalSessionCreateOptions = Stripe.BillingPortal.SessionCreateOptions;
using PortalSessionService = Stripe.BillingPortal.SessionService;

namespace ReelBallers.Payments;

/// <summary>The billing portal.</summary>
internal sealed partial class StripeApi
{
    private readonly PortalSessionService _portals = new(client);

    /// <summary>The URL of a new session of the customer; null when Stripe does not know the customer.</summary>
    /// <exception cref="StripeException">The account has no configuration of the portal.</exception>
    public async Task<string?> OpenPortalAsync(string customerId, CancellationToken cancellationToken)
    {
        try
        {
            var session = await CallAsync(
                token => _portals.CreateAsync(
                    new PortalSessionCreateOptions
                    {
                        Customer = customerId,
                        ReturnUrl = portal.Value.ReturnUrlFor(app.Value),
                        Configuration = portal.Value.ConfigurationId is { Length: > 0 } configuration ? configuration : null,
                    },
                    cancellationToken: token),
                cancellationToken);
            return session.Url;
        }
        catch (StripeException rejection) when (rejection.StripeError is { Code: "resource_missing", Param: "customer" })
        {
            return null;
        }
    }
}
