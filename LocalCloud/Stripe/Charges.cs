using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/charges</c>: the movements of money behind the payment intents.</summary>
internal static class Charges
{
    public const string Kind = "charge";

    public static void Map(WebApplication app)
    {
        app.MapStripe("GET", "/v1/charges/{id}", call => call.Work.Find(call.Id, Kind) ?? throw StripeError.NotFound(Kind, call.Id));
        app.MapStripe("GET", "/v1/charges", call =>
        {
            call.Params.Allow([.. StripePaging.Params, "customer", "payment_intent"]);
            var (customer, intent) = (call.Params.Text("customer"), call.Params.Text("payment_intent"));
            return StripePaging.Page(call, Kind, "/v1/charges", charge => (customer is null || charge.Text("customer") == customer)
                && (intent is null || charge.Text("payment_intent") == intent));
        });
    }

    /// <summary>A new charge, not stored yet: the caller sets its status.</summary>
    public static JsonObject New(StripeWork work, JsonObject intent, JsonObject method, JsonObject methodDetails) => new()
    {
        ["id"] = StripeIds.New("ch"),
        ["object"] = Kind,
        ["amount"] = intent.Number("amount"),
        ["amount_captured"] = 0L,
        ["amount_refunded"] = 0L,
        ["application"] = null,
        ["application_fee"] = null,
        ["application_fee_amount"] = null,
        ["balance_transaction"] = null,
        ["billing_details"] = method["billing_details"]!.DeepClone(),
        ["calculated_statement_descriptor"] = "REELBALLERS",
        ["captured"] = false,
        ["created"] = work.NowSeconds,
        ["currency"] = intent.Text("currency"),
        ["customer"] = intent.Text("customer"),
        ["description"] = intent.Text("description"),
        ["disputed"] = false,
        ["failure_balance_transaction"] = null,
        ["failure_code"] = null,
        ["failure_message"] = null,
        ["fraud_details"] = new JsonObject(),
        ["livemode"] = false,
        ["metadata"] = intent["metadata"]!.DeepClone(),
        ["on_behalf_of"] = null,
        ["outcome"] = null,
        ["paid"] = false,
        ["payment_intent"] = intent.Id(),
        ["payment_method"] = method.Id(),
        ["payment_method_details"] = new JsonObject { [method.Text("type")!] = methodDetails, ["type"] = method.Text("type") },
        ["radar_options"] = new JsonObject(),
        ["receipt_email"] = intent.Text("receipt_email"),
        ["receipt_number"] = null,
        ["receipt_url"] = null,
        ["refunded"] = false,
        ["review"] = null,
        ["shipping"] = null,
        ["source_transfer"] = null,
        ["statement_descriptor"] = intent.Text("statement_descriptor"),
        ["statement_descriptor_suffix"] = intent.Text("statement_descriptor_suffix"),
        ["status"] = "pending",
        ["transfer_data"] = null,
        ["transfer_group"] = intent.Text("transfer_group"),
        [StripeJson.Hidden] = new JsonObject { ["base"] = work.Base?.ToString() },
    };

    public static void Succeed(StripeWork work, JsonObject charge)
    {
        charge["status"] = "succeeded";
        charge["paid"] = true;
        charge["captured"] = true;
        charge["amount_captured"] = charge.Number("amount");
        charge["receipt_url"] = ReceiptPage.UrlOf(charge.HiddenPart().Text("base"), charge);
        charge["outcome"] = Outcome("approved_by_network", null, "Payment complete.", "authorized");
        work.Put(charge);
        work.Emit("charge.succeeded", charge);
    }

    public static void Fail(StripeWork work, JsonObject charge, Decline decline)
    {
        charge["status"] = "failed";
        charge["failure_code"] = decline.Code;
        charge["failure_message"] = decline.Message;
        charge["outcome"] = Outcome("declined_by_network", decline.DeclineCode
            ?? decline.Code, "The bank declined the payment.", "issuer_declined");
        work.Put(charge);
        work.Emit("charge.failed", charge);
    }

    /// <summary>Books the money, as Stripe does a moment after the payment.</summary>
    public static void Book(StripeWork work, JsonObject charge)
    {
        charge["balance_transaction"] = StripeIds.New("txn");
        work.Put(charge);
        work.Emit("charge.updated", charge, new JsonObject { ["balance_transaction"] = null });
    }

    private static JsonObject Outcome(string network, string? reason, string message, string type) => new()
    {
        ["advice_code"] = null,
        ["network_advice_code"] = null,
        ["network_decline_code"] = null,
        ["network_status"] = network,
        ["reason"] = reason,
        ["risk_level"] = "normal",
        ["seller_message"] = message,
        ["type"] = type,
    };
}
