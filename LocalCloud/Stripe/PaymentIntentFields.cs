using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>What a payment intent consists of.</summary>
internal static class PaymentIntentFields
{
    /// <summary>A new intent that has no payment method yet.</summary>
    public static JsonObject New(StripeWork work, long amount, string currency)
    {
        var id = StripeIds.New("pi");
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = PaymentIntents.Kind,
            ["allowed_payment_method_types"] = null,
            ["amount"] = amount,
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
            ["currency"] = currency,
            ["customer"] = null,
            ["customer_account"] = null,
            ["description"] = null,
            ["excluded_payment_method_types"] = null,
            ["last_payment_error"] = null,
            ["latest_charge"] = null,
            ["livemode"] = false,
            ["managed_payments"] = null,
            ["metadata"] = new JsonObject(),
            ["next_action"] = null,
            ["on_behalf_of"] = null,
            ["payment_method"] = null,
            ["payment_method_configuration_details"] = null,
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = new JsonArray("card"),
            ["payment_record"] = null,
            ["processing"] = null,
            ["receipt_email"] = null,
            ["review"] = null,
            ["setup_future_usage"] = null,
            ["shipping"] = null,
            ["source"] = null,
            ["statement_descriptor"] = null,
            ["statement_descriptor_suffix"] = null,
            ["status"] = "requires_payment_method",
            ["transfer_data"] = null,
            ["transfer_group"] = null,
        };
    }
}
