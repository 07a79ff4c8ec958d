using Stripe;

namespace ReelBallers.Payments;

/// <summary>Payments by saved cards.</summary>
internal sealed partial class StripeApi
{
    /// <summary>The key of a payment's metadata that says what it is for.</summary>
    public const string SourceKey = "source";

    /// <summary>Its value for automatic top-ups.</summary>
    public const string AutoTopupSource = "auto_topup";

    private readonly PaymentIntentService _payments = new(client);
    private readonly ChargeService _charges = new(client);

    /// <summary>Charges a saved card without its owner, once for the same attempt number.</summary>
    /// <exception cref="StripeException">The bank or Stripe declines.</exception>
    public Task<PaymentIntent> ChargeCardAsync(AutoTopupCharge charge, Checkout checkout, CancellationToken cancellationToken) => CallAsync(
        token => _payments.CreateAsync(
            // From the rows alone: a repeated request must be identical.
            new PaymentIntentCreateOptions
            {
                Amount = checkout.AmountCents,
                Currency = checkout.Currency,
                Customer = charge.CustomerId,
                PaymentMethod = charge.PaymentMethodId,
                // A redirect needs a user.
                AutomaticPaymentMethods = new PaymentIntentAutomaticPaymentMethodsOptions { Enabled = true, AllowRedirects = "never" },
                OffSession = true,
                Confirm = true,
                Description = Wording.Product(checkout),
                ReceiptEmail = checkout.ReceiptEmail,
                Metadata = new()
                {
                    ["checkout_id"] = checkout.Id.ToString(),
                    ["user_id"] = checkout.UserId.ToString(),
                    [SourceKey] = AutoTopupSource,
                },
                Expand = ["latest_charge"],
            },
            new RequestOptions { IdempotencyKey = $"auto-topup:{checkout.Id}:{charge.StripeAttempt}" },
            token),
        cancellationToken);

    /// <summary>Reads a payment with its charge; null when Stripe says that it does not exist.</summary>
    public async Task<PaymentIntent?> GetPaymentAsync(string paymentIntentId, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(
                token => _payments.GetAsync(
                    paymentIntentId, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, cancellationToken: token),
                cancellationToken);
        }
        catch (StripeException rejection) when (IsMissing(rejection))
        {
            return null;
        }
    }

    /// <summary>The payment that a charge belongs to; null when Stripe says that there is no such charge, or that it has none.</summary>
    public async Task<string?> PaymentOfChargeAsync(string chargeId, CancellationToken cancellationToken)
    {
        try
        {
            return (await CallAsync(token => _charges.GetAsync(chargeId, cancellationToken: token), cancellationToken)).PaymentIntentId;
        }
        catch (StripeException rejection) when (IsMissing(rejection))
        {
            return null;
        }
    }

    /// <summary>The payments of a customer since then.</summary>
    public Task<List<PaymentIntent>> PaymentsOfAsync(string customerId, DateTimeOffset since, CancellationToken cancellationToken) =>
        AllAsync(
            (after, token) => _payments.ListAsync(
                new PaymentIntentListOptions
                {
                    Customer = customerId,
                    // By Stripe's clock.
                    Created = Since(since - TimeSpan.FromMinutes(10)),
                    Limit = PageSize,
                    StartingAfter = after,
                },
                cancellationToken: token),
            cancellationToken);
}
