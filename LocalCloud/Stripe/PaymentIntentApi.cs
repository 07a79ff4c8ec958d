using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/payment_intents</c>.</summary>
internal static class PaymentIntentApi
{
    private const string Root = "/v1/payment_intents";

    private static readonly string[] Creatable =
    [
        "amount", "currency", "allowed_payment_method_types", "automatic_payment_methods", "capture_method", "confirm",
        "confirmation_method", "customer", "description", "metadata", "statement_descriptor", "statement_descriptor_suffix",
        "transfer_group",
        .. IntentConfirmation.Params,
    ];

    public static void Map(WebApplication app)
    {
        app.MapStripe("POST", Root, Create);
        app.MapStripe("GET", Root + "/{id}", call => Load(call));
        app.MapStripe("POST", Root + "/{id}", Update);
        app.MapStripe("POST", Root + "/{id}/confirm", call =>
        {
            call.Params.Allow(IntentConfirmation.Params);
            return IntentConfirmation.Confirm(call, OfTheApi(Load(call), "confirm"));
        });
        app.MapStripe("POST", Root + "/{id}/cancel", Cancel);
        app.MapStripe("GET", Root, call =>
        {
            call.Params.Allow([.. StripePaging.Params, "customer"]);
            var customer = call.Params.Text("customer");
            return StripePaging.Page(call, PaymentIntents.Kind, Root, intent => customer is null || intent.Text("customer") == customer);
        });
    }

    private static JsonObject Create(StripeCall call)
    {
        var (work, parameters) = (call.Work, call.Params);
        parameters.Allow(Creatable);
        var isConfirmed = parameters.Flag("confirm") == true;
        foreach (var name in new[] { "off_session", "error_on_requires_action", "return_url", "use_stripe_sdk" })
        {
            if (!isConfirmed && parameters.Has(name))
            {
                throw StripeError.Invalid($"`{name}` can only be used when `confirm` is `true`.", null, name);
            }
        }

        var intent = Read(work, parameters);
        work.Put(intent);
        work.Emit("payment_intent.created", intent);
        return isConfirmed ? IntentConfirmation.Confirm(call, intent) : intent;
    }

    private static JsonObject Read(StripeWork work, StripeParams parameters)
    {
        var amount = parameters.Integer("amount", 1) ?? throw StripeError.MissingParam("amount");
        var currency = parameters.RequiredText("currency").ToLowerInvariant();
        Currencies.RequireChargeable(amount, currency);
        var intent = PaymentIntentFields.New(work, amount, currency);
        ReadMethods(intent, parameters);
        if ((parameters.OneOf("capture_method", "automatic", "automatic_async", "manual") ?? "automatic_async") == "manual"
            || (parameters.OneOf("confirmation_method", "automatic", "manual") ?? "automatic") == "manual")
        {
            throw StripeError.Invalid("Only automatic capture and confirmation are offered offline.", null, null);
        }

        if (parameters.Text("customer") is { } customer)
        {
            intent["customer"] = Customers.Named(work, customer, "customer").Id();
        }

        if (parameters.Text("payment_method") is { } method)
        {
            intent["payment_method"] = PaymentMethods.Named(work, method, "payment_method").Id();
            intent["status"] = "requires_confirmation";
        }

        intent["description"] = parameters.Text("description", 1000);
        intent["metadata"] = StripeMetadata.New(parameters);
        intent["receipt_email"] = parameters.Email("receipt_email");
        intent["setup_future_usage"] = parameters.OneOf("setup_future_usage", "on_session", "off_session");
        intent["statement_descriptor"] = parameters.Text("statement_descriptor", 22);
        intent["statement_descriptor_suffix"] = parameters.Text("statement_descriptor_suffix", 22);
        intent["transfer_group"] = parameters.Text("transfer_group");
        return intent;
    }

    private static void ReadMethods(JsonObject intent, StripeParams parameters)
    {
        var allowed = parameters.TextItems("allowed_payment_method_types");
        var automatic = parameters.Child("automatic_payment_methods");
        automatic?.Allow("allow_redirects", "enabled");
        if (allowed.Any(type => type is not "card"))
        {
            throw new StripeError(400, "Only the payment method type card is offered offline for a PaymentIntent without a session.", null,
                "allowed_payment_method_types");
        }

        if (allowed.Count > 0)
        {
            intent["allowed_payment_method_types"] = new JsonArray("card");
            return;
        }

        intent["automatic_payment_methods"] = new JsonObject
        {
            ["allow_redirects"] = automatic?.OneOf("allow_redirects", "always", "never") ?? "always",
            ["enabled"] = automatic?.Flag("enabled") ?? true,
        };
    }

    private static JsonObject Update(StripeCall call)
    {
        call.Params.Allow("description", "metadata", "receipt_email");
        var intent = Load(call);
        intent["description"] = call.Params.Has("description") ? call.Params.Text("description", 1000) : intent.Text("description");
        intent["receipt_email"] = call.Params.Has("receipt_email") ? call.Params.Email("receipt_email") : intent.Text("receipt_email");
        StripeMetadata.Change(intent, call.Params);
        call.Work.Put(intent);
        return intent;
    }

    private static JsonObject Cancel(StripeCall call)
    {
        call.Params.Allow("cancellation_reason");
        var reason = call.Params.OneOf("cancellation_reason", "abandoned", "duplicate", "fraudulent", "requested_by_customer");
        var intent = OfTheApi(Load(call), "cancel");
        if (intent.Text("status") is "succeeded" or "canceled")
        {
            throw IntentMessages.CannotCancel(intent);
        }

        PaymentIntents.Cancel(call.Work, intent, reason);
        return intent;
    }

    // A session drives its intent itself; to stop it, the session is expired.
    private static JsonObject OfTheApi(JsonObject intent, string action) => intent.HiddenPart().Text("session") is null
        ? intent
        : throw new StripeError(400, $"You cannot {action} a PaymentIntent that was created by a Checkout Session.",
            "payment_intent_unexpected_state");

    private static JsonObject Load(StripeCall call) => call.Work.Find(call.Id, PaymentIntents.Kind)
        ?? throw StripeError.NotFound(PaymentIntents.Kind, call.Id, "intent");
}
