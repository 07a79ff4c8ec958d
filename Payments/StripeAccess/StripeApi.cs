using System.Net;
using Microsoft.Extensions.Options;
using Polly;
using ReelBallers.ServiceDefaults;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>
/// The calls to Stripe, each with a time limit. An outage is a <see cref="StripeUnavailableException"/>; any other error
/// that is not part of a call's result is a <see cref="StripeException"/>, and a bug of ours.
/// </summary>
internal sealed partial class StripeApi(
    StripeClient client, StripeKeyAlarm alarm, IOptions<CheckoutOptions> options, IOptions<BillingPortalOptions> portal,
    IOptions<AppOptions> app, TimeProvider time)
{
    // For a call, including its retries.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    private static readonly SessionGetOptions WithCharge = new() { Expand = ["payment_intent.latest_charge", "invoice"] };

    private readonly SessionService _sessions = new(client);
    private readonly CustomerService _customers = new(client);
    private readonly RefundService _refunds = new(client);
    private readonly DisputeService _disputes = new(client);
    private readonly PaymentMethodService _methods = new(client);

    /// <summary>Creates the customer of this row; idempotent for the same attempt number.</summary>
    public Task<Customer> CreateCustomerAsync(StripeCustomer customer, CancellationToken cancellationToken) => CallAsync(
        token => _customers.CreateAsync(
            new CustomerCreateOptions { Email = customer.Email, Metadata = new() { ["user_id"] = customer.UserId.ToString() } },
            new RequestOptions { IdempotencyKey = $"customer:{customer.UserId}:{customer.StripeAttempt}" },
            token),
        cancellationToken);

    /// <summary>Deletes a customer with its e-mail and cards; one that Stripe does not know is deleted already.</summary>
    public async Task DeleteCustomerAsync(string customerId, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(token => _customers.DeleteAsync(customerId, cancellationToken: token), cancellationToken);
        }
        catch (StripeException rejection) when (IsMissing(rejection))
        {
            // Deleted before.
        }
    }

    /// <summary>
    /// Creates the session of this checkout; idempotent for the same attempt number. Null when Stripe does not know the
    /// customer.
    /// </summary>
    public async Task<Session?> CreateSessionAsync(Checkout checkout, string customerId, CancellationToken cancellationToken)
    {
        var request = new RequestOptions { IdempotencyKey = $"checkout:{checkout.Id}:{checkout.StripeAttempt}" };
        try
        {
            return await CallAsync(token => _sessions.CreateAsync(ToOptions(checkout, customerId), request, token), cancellationToken);
        }
        catch (StripeException rejection) when (rejection.StripeError is { Code: "resource_missing", Param: "customer" })
        {
            return null;
        }
    }

    /// <summary>Reads a session with its payment and charge; null when Stripe says that it does not exist.</summary>
    public async Task<Session?> GetSessionAsync(string sessionId, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(token => _sessions.GetAsync(sessionId, WithCharge, cancellationToken: token), cancellationToken);
        }
        catch (StripeException rejection) when (IsMissing(rejection))
        {
            return null;
        }
    }

    /// <summary>Ends an open session, so that it cannot be paid any more. One that was paid or has expired stays as it is.</summary>
    public async Task ExpireSessionAsync(string sessionId, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(token => _sessions.ExpireAsync(sessionId, cancellationToken: token), cancellationToken);
        }
        catch (StripeException rejection) when (IsMissing(rejection) || IsRejected(rejection))
        {
            // It is not open.
        }
    }

    /// <summary>Whether Stripe itself says that the object does not exist; a bare 404 may come from an intermediary.</summary>
    public static bool IsMissing(StripeException rejection) => rejection.StripeError is { } error
        && (error.Code == "resource_missing" || (rejection.HttpStatusCode == HttpStatusCode.NotFound && IsMalformedId(error.Message)));

    // Of an id that no session can have, Stripe says "Invalid checkout.session id: x", without a code.
    private static bool IsMalformedId(string? message) =>
        message is not null
        && message.StartsWith("Invalid ", StringComparison.Ordinal) && message.Contains(" id: ", StringComparison.Ordinal);

    private SessionCreateOptions ToOptions(Checkout checkout, string customerId)
    {
        var metadata = new Dictionary<string, string>
        {
            ["checkout_id"] = checkout.Id.ToString(),
            ["user_id"] = checkout.UserId.ToString(),
        };
        return new SessionCreateOptions
        {
            Mode = "payment",
            Customer = customerId,
            ClientReferenceId = checkout.UserId.ToString(),
            LineItems =
            [
                new SessionLineItemOptions
                {
                    Quantity = 1,
                    PriceData = new SessionLineItemPriceDataOptions
                    {
                        Currency = checkout.Currency,
                        UnitAmount = checkout.AmountCents,
                        TaxBehavior = checkout.CollectsTax ? options.Value.TaxBehavior : null,
                        ProductData = new SessionLineItemPriceDataProductDataOptions { Name = Wording.Product(checkout) },
                    },
                },
            ],
            AllowPromotionCodes = checkout.MinPaidCents is null ? null : true,
            AutomaticTax = checkout.CollectsTax ? new SessionAutomaticTaxOptions { Enabled = true } : null,
            // Where the tax is due follows from the address that the payer enters.
            CustomerUpdate = checkout.CollectsTax ? new SessionCustomerUpdateOptions { Address = "auto" } : null,
            InvoiceCreation = checkout.MakesInvoice ? new SessionInvoiceCreationOptions { Enabled = true } : null,
            // Stripe does not copy the session's metadata to the payment, where refunds and disputes need it.
            Metadata = metadata,
            PaymentIntentData = new SessionPaymentIntentDataOptions
            {
                Metadata = metadata,
                Description = Wording.Product(checkout),
                ReceiptEmail = checkout.ReceiptEmail,
                SetupFutureUsage = checkout.SavesCard ? "off_session" : null,
            },
            // From our row and not from the clock: a repeated request must be identical.
            ExpiresAt = options.Value.ExpiryOf(checkout).UtcDateTime,
            // Stripe would otherwise offer the payer's own currency; we sell in ours only.
            AdaptivePricing = new SessionAdaptivePricingOptions { Enabled = false },
            SuccessUrl = options.Value.SuccessUrlFor(app.Value),
            CancelUrl = options.Value.CancelUrlFor(app.Value),
        };
    }

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(CallTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            var answer = await call(both.Token);
            alarm.Accepted();
            return IsReadable(answer) ? answer : throw new FormatException("An object without an id.");
        }
        catch (OperationCanceledException timeout) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StripeUnavailableException("Stripe did not answer in time.", timeout);
        }
        catch (ExecutionRejectedException rejected)
        {
            throw new StripeUnavailableException("Calls to Stripe are suspended after repeated failures.", rejected);
        }
        catch (HttpRequestException unreachable)
        {
            throw new StripeUnavailableException("Stripe could not be reached.", unreachable);
        }
        catch (StripeException rejection) when (rejection.HttpStatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            // No outage: nothing changes until the configuration does. Stripe's message names the key.
            alarm.Rejected(rejection.HttpStatusCode);
            throw new StripeUnavailableException($"Stripe answered {(int)rejection.HttpStatusCode}: it rejects our key.");
        }
        catch (StripeException rejection) when (IsOutage(rejection))
        {
            throw new StripeUnavailableException($"Stripe answered {(int)rejection.HttpStatusCode}.", rejection)
            {
                IsKept = IsKept(rejection),
            };
        }
        catch (Exception unreadable) when (unreadable is not (StripeException or OperationCanceledException or StripeUnavailableException))
        {
            // The library reports an unexpected body by whatever exception its parser throws.
            throw new StripeUnavailableException("Stripe's answer could not be read.", unreadable);
        }
    }

    // The library reads any JSON object; what is not Stripe's has no id.
    private static bool IsReadable<T>(T answer) => answer switch
    {
        IHasId { Id: null or "" } => false,
        IEnumerable<IHasId> list => list.All(item => item is { Id.Length: > 0 }),
        _ => true,
    };

    // Without a typed error object the answer is not Stripe's.
    private static bool IsOutage(StripeException rejection) =>
        rejection.StripeError?.Type is null
        || IsKept(rejection)
        || (rejection.HttpStatusCode == HttpStatusCode.NotFound && !IsMissing(rejection))
        || rejection.HttpStatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict or HttpStatusCode.FailedDependency;

    // An internal error of Stripe, or an idempotency key that was used before a change of our configuration.
    private static bool IsKept(StripeException rejection) =>
        rejection.StripeError?.Type is not null
        && ((int)rejection.HttpStatusCode >= 500
            || rejection is { HttpStatusCode: HttpStatusCode.BadRequest, StripeError.Type: "idempotency_error" });
}
