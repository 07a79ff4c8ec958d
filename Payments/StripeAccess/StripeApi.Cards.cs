using System.Net;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>The saved cards of customers.</summary>
internal sealed partial class StripeApi
{
    private const string CardType = "card";

    /// <summary>The customer's cards, newest first; null when Stripe does not know the customer.</summary>
    public async Task<List<Card>?> CardsOfAsync(string customerId, CancellationToken cancellationToken)
    {
        try
        {
            var customer = await CallAsync(token => _customers.GetAsync(customerId, cancellationToken: token), cancellationToken);
            if (customer.Deleted == true)
            {
                return null;
            }
            var methods = (await AllAsync(
                (after, token) => _methods.ListAsync(
                    new PaymentMethodListOptions { Customer = customerId, Type = CardType, Limit = PageSize, StartingAfter = after },
                    cancellationToken: token),
                cancellationToken)).Where(method => method.Card is not null).ToList();
            var chosen = customer.InvoiceSettings?.DefaultPaymentMethodId;
            var defaultId = methods.Exists(method => method.Id == chosen) ? chosen : methods.FirstOrDefault()?.Id;
            return methods.ConvertAll(method => new Card(
                method.Id, method.Card.Brand ?? "unknown", method.Card.Last4 ?? "", method.Card.ExpMonth, method.Card.ExpYear,
                method.Id == defaultId));
        }
        catch (StripeException rejection) when (IsMissing(rejection))
        {
            return null;
        }
    }

    /// <summary>The customer's e-mail; null without one, and when Stripe does not know the customer.</summary>
    public async Task<string?> EmailOfAsync(string customerId, CancellationToken cancellationToken)
    {
        try
        {
            var customer = await CallAsync(token => _customers.GetAsync(customerId, cancellationToken: token), cancellationToken);
            return customer is { Deleted: not true, Email.Length: > 0 and <= 512 } ? customer.Email : null;
        }
        catch (StripeException rejection) when (IsMissing(rejection))
        {
            return null;
        }
    }

    /// <summary>Removes a card of a customer. False: it is not attached to one, for example because it was just removed.</summary>
    public async Task<bool> RemoveCardAsync(string cardId, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(token => _methods.DetachAsync(cardId, cancellationToken: token), cancellationToken);
            return true;
        }
        catch (StripeException rejection) when (IsMissing(rejection) || IsRejected(rejection))
        {
            return false;
        }
    }

    /// <summary>Makes a card of the customer the default one. False: it was removed meanwhile.</summary>
    public async Task<bool> SetDefaultCardAsync(string customerId, string cardId, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(
                token => _customers.UpdateAsync(
                    customerId,
                    new CustomerUpdateOptions { InvoiceSettings = new CustomerInvoiceSettingsOptions { DefaultPaymentMethod = cardId } },
                    cancellationToken: token),
                cancellationToken);
            return true;
        }
        catch (StripeException rejection) when (IsMissing(rejection) || IsRejected(rejection))
        {
            return false;
        }
    }

    private static bool IsRejected(StripeException rejection) =>
        rejection is { HttpStatusCode: HttpStatusCode.BadRequest, StripeError.Type: "invalid_request_error" };
}
