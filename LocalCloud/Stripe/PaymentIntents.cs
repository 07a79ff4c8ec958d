using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/payment_intents</c>: made by checkout sessions only.</summary>
internal static class PaymentIntents
{
    public const string Kind = "payment_intent";

    public static void Map(WebApplication app)
    {
        app.MapStripe("GET", "/v1/payment_intents/{id}", call => call.Work.Find(call.Id, Kind)
            ?? throw StripeError.NotFound(Kind, call.Id, "intent"));
        app.MapStripe("GET", "/v1/payment_intents", call =>
        {
            call.Params.Allow([.. StripePaging.Params, "customer"]);
            var customer = call.Params.Text("customer");
            return StripePaging.Page(call, Kind, "/v1/payment_intents", intent => customer is null || intent.Text("customer") == customer);
        });
    }

    /// <summary>The session's payment, begun with the first attempt to pay.</summary>
    public static JsonObject Of(StripeWork work, JsonObject session)
    {
        if (session.HiddenPart().Text("payment_intent") is { } begun)
        {
            return work.Get(begun);
        }

        var intent = New(work, session);
        work.Put(intent);
        session.HiddenPart()["payment_intent"] = intent.Id();
        work.Put(session);
        work.Emit("payment_intent.created", intent);
        return intent;
    }

    /// <summary>Ends an attempt; the session stays open for another.</summary>
    public static void FailAttempt(StripeWork work, JsonObject intent, Decline decline, string method, string? charge)
    {
        intent["status"] = "requires_payment_method";
        intent["next_action"] = null;
        intent["latest_charge"] = charge;
        intent["last_payment_error"] = new JsonObject
        {
            ["charge"] = charge,
            ["code"] = decline.Code,
            ["decline_code"] = decline.DeclineCode,
            ["doc_url"] = $"https://stripe.com/docs/error-codes/{decline.Code.Replace('_', '-')}",
            ["message"] = decline.Message,
            ["payment_method"] = new JsonObject
            {
                ["id"] = StripeIds.New("pm"),
                ["object"] = "payment_method",
                ["created"] = work.NowSeconds,
                ["livemode"] = false,
                ["type"] = method,
            },
            ["type"] = "card_error",
        };
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

    public static void Cancel(StripeWork work, JsonObject intent)
    {
        intent["status"] = "canceled";
        intent["canceled_at"] = work.NowSeconds;
        intent["cancellation_reason"] = "automatic";
        intent["next_action"] = null;
        work.Put(intent);
        work.Emit("payment_intent.canceled", intent);
    }

    private static JsonObject New(StripeWork work, JsonObject session)
    {
        var id = StripeIds.New("pi");
        var data = session.HiddenPart()["intent"]!.AsObject();
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = Kind,
            ["amount"] = session.Number("amount_total"),
            ["amount_capturable"] = 0L,
            ["amount_details"] = new JsonObject { ["tip"] = new JsonObject() },
            ["amount_received"] = 0L,
            ["application"] = null,
            ["application_fee_amount"] = null,
            ["automatic_payment_methods"] = null,
            ["canceled_at"] = null,
            ["cancellation_reason"] = null,
            ["capture_method"] = "automatic_async",
            ["client_secret"] = $"{id}_secret_{StripeIds.Random(25)}",
            ["confirmation_method"] = "automatic",
            ["created"] = work.NowSeconds,
            ["currency"] = session.Text("currency"),
            ["customer"] = session.Text("customer"),
            ["description"] = data.Text("description"),
            ["last_payment_error"] = null,
            ["latest_charge"] = null,
            ["livemode"] = false,
            ["metadata"] = data["metadata"]!.DeepClone(),
            ["next_action"] = null,
            ["on_behalf_of"] = null,
            ["payment_method"] = null,
            ["payment_method_configuration_details"] = null,
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = session["payment_method_types"]!.DeepClone(),
            ["processing"] = null,
            ["receipt_email"] = data.Text("receipt_email"),
            ["review"] = null,
            ["setup_future_usage"] = data.Text("setup_future_usage"),
            ["shipping"] = null,
            ["source"] = null,
            ["statement_descriptor"] = data.Text("statement_descriptor"),
            ["statement_descriptor_suffix"] = data.Text("statement_descriptor_suffix"),
            ["status"] = "requires_payment_method",
            ["transfer_data"] = null,
            ["transfer_group"] = data.Text("transfer_group"),
            [StripeJson.Hidden] = new JsonObject { ["session"] = session.Id() },
        };
    }
}
