using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Confirms a payment intent: its card pays, declines, or asks for its owner.</summary>
internal static class IntentConfirmation
{
    public static readonly string[] Params =
    [
        "error_on_requires_action", "off_session", "payment_method", "receipt_email", "return_url", "setup_future_usage", "use_stripe_sdk",
    ];

    private const string ReturnUrl = "return_url";

    /// <summary>Confirms with the parameters of the call.</summary>
    /// <returns>The intent, or with status 402 the error of a declined card: the attempt is kept then too.</returns>
    public static JsonObject Confirm(StripeCall call, JsonObject intent)
    {
        if (intent.Text("status") is not ("requires_payment_method" or "requires_confirmation" or "requires_action"))
        {
            throw IntentMessages.CannotConfirm(intent);
        }

        var returnUrl = call.Params.Url(ReturnUrl);
        if (returnUrl is null && MayRedirect(intent))
        {
            throw IntentMessages.MissingReturnUrl();
        }

        var method = MethodOf(call, intent);
        var isOffSession = IsOffSession(call.Params);
        intent["setup_future_usage"] = call.Params.OneOf("setup_future_usage", "on_session", "off_session")
            ?? intent.Text("setup_future_usage");
        intent["receipt_email"] = call.Params.Email("receipt_email") ?? intent.Text("receipt_email");
        intent.HiddenPart()["off_session"] = isOffSession;
        intent.HiddenPart()[ReturnUrl] = returnUrl;
        var isOwnerNeeded = isOffSession ? PaymentMethod.NeedsOwner(method) : PaymentMethod.CardOf(method).AsksForSecondStep;
        if (isOwnerNeeded && (isOffSession || call.Params.Flag("error_on_requires_action") == true))
        {
            // A decline of Stripe's own: the bank is not asked, and there is no charge.
            PaymentIntents.FailAttempt(call.Work, intent, Decline.AuthenticationRequired, method, charge: null);
            return Declined(call, intent);
        }

        if (isOwnerNeeded)
        {
            intent["payment_method"] = method.Id();
            PaymentIntents.RequireAction(call.Work, intent, returnUrl);
            return intent;
        }

        return Charge(call.Work, intent, method) ? intent : Declined(call, intent);
    }

    /// <summary>The answer of the card's owner to the bank.</summary>
    /// <returns>Whether the payment succeeded.</returns>
    public static bool Authenticate(StripeWork work, JsonObject intent, bool isOwner)
    {
        var method = work.Get(intent.Text("payment_method")!);
        if (isOwner)
        {
            return Charge(work, intent, method);
        }

        PaymentIntents.FailAttempt(work, intent, Decline.AuthenticationFailed, method, charge: null);
        return false;
    }

    /// <summary>Where the page of the bank leads back to.</summary>
    public static string ReturnUrlOf(JsonObject intent) => intent.HiddenPart().Text(ReturnUrl)!;

    private static bool Charge(StripeWork work, JsonObject intent, JsonObject method)
    {
        var card = PaymentMethod.CardOf(method);
        if (card.Decline is { } decline)
        {
            CardCharge.Fail(work, intent, method, decline);
            return false;
        }

        if (intent.Text("setup_future_usage") is { } usage && intent.Text("customer") is { } customer && method.Text("customer") is null)
        {
            PaymentMethod.Attach(work, method, customer, isSetUp: usage == "off_session");
        }

        CardCharge.Follow(work, CardCharge.Succeed(work, intent, method), card);
        return true;
    }

    private static JsonObject Declined(StripeCall call, JsonObject intent)
    {
        call.Status = StatusCodes.Status402PaymentRequired;
        var error = intent["last_payment_error"]!.DeepClone().AsObject();
        error["payment_intent"] = intent.Shown();
        return new JsonObject { ["error"] = error };
    }

    private static JsonObject MethodOf(StripeCall call, JsonObject intent)
    {
        var customer = intent.Text("customer");
        var id = call.Params.Text("payment_method") ?? intent.Text("payment_method")
            ?? (customer is null ? null : Customers.DefaultMethod(call.Work.Get(customer)))
            ?? throw IntentMessages.MissingMethod(intent);
        var method = PaymentMethods.Named(call.Work, id, "payment_method");
        if (method.Text("customer") is { } owner && owner != customer)
        {
            throw customer is null
                ? new StripeError(400, $"The `payment_method` parameter supplied {id} belongs to the Customer {owner}. Please include the "
                    + "Customer in the `customer` parameter on the PaymentIntent.", "parameter_missing", "source")
                : new StripeError(400, $"The PaymentMethod {id} does not belong to the Customer you supplied {customer}. Please use this "
                    + "PaymentMethod with the Customer that it belongs to instead.", null, "payment_method");
        }

        return PaymentMethod.CanPay(method) && method.Text("type") == "card"
            ? method
            : throw new StripeError(400, "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, "
                + "shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used "
                + "again. To use a PaymentMethod multiple times, you must attach it to a Customer first.");
    }

    private static bool IsOffSession(StripeParams parameters) => parameters.Flag("off_session") == true;

    // The account's payment methods count, not the card that pays: some of them lead the payer elsewhere and back.
    private static bool MayRedirect(JsonObject intent) => intent["allowed_payment_method_types"] is null
        && intent["automatic_payment_methods"]?.AsObject().Text("allow_redirects") != "never";
}
