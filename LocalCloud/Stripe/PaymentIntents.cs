using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The states of a payment intent, created by a checkout session or by the API.</summary>
internal static class PaymentIntents
{
    public const string Kind = "payment_intent";

    /// <summary>The session's payment, created with the first attempt to pay.</summary>
    public static JsonObject Of(StripeWork work, JsonObject session)
    {
        if (session.HiddenPart().Text("payment_intent") is { } begun)
        {
            // A discount or a tax may have come since the first attempt.
            var existing = work.Get(begun);
            existing["amount"] = session.Number("amount_total");
            return existing;
        }

        var data = session.HiddenPart()["intent"]!.AsObject();
        var intent = PaymentIntentFields.New(work, session.Number("amount_total"), session.Text("currency")!);
        foreach (var field in data)
        {
            intent[field.Key] = field.Value?.DeepClone();
        }

        intent["customer"] = session.Text("customer");
        intent["payment_method_types"] = session["payment_method_types"]!.DeepClone();
        intent.HiddenPart()["session"] = session.Id();
        work.Put(intent);
        session.HiddenPart()["payment_intent"] = intent.Id();
        work.Put(session);
        work.Emit("payment_intent.created", intent);
        return intent;
    }

    /// <summary>The owner of the card is to authenticate the payment.</summary>
    public static void RequireAction(StripeWork work, JsonObject intent, string? returnUrl)
    {
        intent["status"] = "requires_action";
        intent["next_action"] = returnUrl is null
            ? new JsonObject
            {
                ["type"] = "use_stripe_sdk",
                ["use_stripe_sdk"] = new JsonObject { ["type"] = "three_d_secure_redirect" },
            }
            : new JsonObject
            {
                ["redirect_to_url"] = new JsonObject
                {
                    ["return_url"] = returnUrl,
                    ["url"] = new Uri(work.Base!, $"/c/authenticate/{intent.Id()}").ToString(),
                },
                ["type"] = "redirect_to_url",
            };
        work.Put(intent);
        work.Emit("payment_intent.requires_action", intent);
    }

    /// <summary>Ends an attempt; another payment method may be tried.</summary>
    public static void FailAttempt(StripeWork work, JsonObject intent, Decline decline, JsonObject method, string? charge)
    {
        var error = new JsonObject
        {
            ["code"] = decline.Code,
            ["doc_url"] = $"https://stripe.com/docs/error-codes/{decline.Code.Replace('_', '-')}",
            ["message"] = decline.Message,
            ["payment_method"] = method.Shown(),
            ["payment_method_type"] = method.Text("type"),
            ["type"] = "card_error",
        };
        if (decline.DeclineCode is not null)
        {
            error["decline_code"] = decline.DeclineCode;
        }

        if (charge is not null)
        {
            error["charge"] = charge;
        }

        intent["status"] = "requires_payment_method";
        intent["next_action"] = null;
        intent["payment_method"] = null;
        intent["latest_charge"] = charge;
        intent["last_payment_error"] = error;
        work.Put(intent);
        work.Emit("payment_intent.payment_failed", intent);
    }

    public static void Succeed(StripeWork work, JsonObject intent, JsonObject charge)
    {
        intent["status"] = "succeeded";
        intent["next_action"] = null;
        intent["processing"] = null;
        intent["last_payment_error"] = null;
        intent["amount_received"] = intent.Number("amount");
        intent["latest_charge"] = charge.Id();
        intent["payment_method"] = charge.Text("payment_method");
        work.Put(intent);
        work.Emit("payment_intent.succeeded", intent);
    }

    public static void Cancel(StripeWork work, JsonObject intent, string? reason)
    {
        intent["status"] = "canceled";
        intent["canceled_at"] = work.NowSeconds;
        intent["cancellation_reason"] = reason;
        intent["next_action"] = null;
        work.Put(intent);
        work.Emit("payment_intent.canceled", intent);
    }
}
