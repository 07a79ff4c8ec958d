using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>What an invoice consists of.</summary>
internal static class InvoiceFields
{
    /// <summary>The paid invoice of a session.</summary>
    public static JsonObject New(StripeWork work, JsonObject session, JsonObject customer, string number)
    {
        var data = session["invoice_creation"]!["invoice_data"]!.AsObject();
        var details = session["total_details"]!.AsObject();
        var (total, tax) = (session.Number("amount_total"), details.Number("amount_tax"));
        var id = StripeIds.New("in");
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = Invoices.Kind,
            ["account_country"] = "US",
            ["account_name"] = "ReelBallers",
            ["account_tax_ids"] = null,
            ["amount_due"] = total,
            ["amount_overpaid"] = 0L,
            ["amount_paid"] = total,
            ["amount_remaining"] = 0L,
            ["amount_shipping"] = 0L,
            ["application"] = null,
            ["attempt_count"] = 1L,
            ["attempted"] = true,
            ["auto_advance"] = false,
            ["automatic_tax"] = AutomaticTax(session),
            ["automatically_finalizes_at"] = null,
            ["billing_reason"] = "manual",
            ["collection_method"] = "charge_automatically",
            ["created"] = work.NowSeconds,
            ["currency"] = session.Text("currency"),
            ["custom_fields"] = data["custom_fields"]?.DeepClone(),
            ["customer"] = customer.Id(),
            ["customer_account"] = null,
            ["customer_address"] = customer["address"]?.DeepClone(),
            ["customer_email"] = customer.Text("email"),
            ["customer_name"] = customer.Text("name"),
            ["customer_phone"] = customer.Text("phone"),
            ["customer_shipping"] = null,
            ["customer_tax_exempt"] = customer.Text("tax_exempt"),
            ["customer_tax_ids"] = new JsonArray(),
            ["default_payment_method"] = null,
            ["default_source"] = null,
            ["default_tax_rates"] = new JsonArray(),
            ["description"] = data.Text("description"),
            ["discounts"] = Discounts.Of(session) is { } discount ? new JsonArray(discount.Id()) : new JsonArray(),
            ["due_date"] = null,
            ["effective_at"] = work.NowSeconds,
            ["ending_balance"] = 0L,
            ["footer"] = data.Text("footer"),
            ["from_invoice"] = null,
            ["hosted_invoice_url"] = null,
            ["invoice_pdf"] = null,
            ["issuer"] = new JsonObject { ["type"] = "self" },
            ["last_finalization_error"] = null,
            ["latest_revision"] = null,
            ["lines"] = StripePaging.Whole(LineItems.Of(session).Select(item => Line(id, item, work)), $"/v1/invoices/{id}/lines"),
            ["livemode"] = false,
            ["metadata"] = data["metadata"]!.DeepClone(),
            ["next_payment_attempt"] = null,
            ["number"] = number,
            ["on_behalf_of"] = null,
            ["parent"] = null,
            ["payment_settings"] = new JsonObject
            {
                ["default_mandate"] = null,
                ["payment_method_options"] = null,
                ["payment_method_types"] = null,
            },
            ["period_end"] = work.NowSeconds,
            ["period_start"] = work.NowSeconds,
            ["post_payment_credit_notes_amount"] = 0L,
            ["pre_payment_credit_notes_amount"] = 0L,
            ["receipt_number"] = null,
            ["rendering"] = null,
            ["shipping_cost"] = null,
            ["shipping_details"] = null,
            ["starting_balance"] = 0L,
            ["statement_descriptor"] = null,
            ["status"] = "paid",
            ["status_transitions"] = new JsonObject
            {
                ["finalized_at"] = work.NowSeconds,
                ["marked_uncollectible_at"] = null,
                ["paid_at"] = work.NowSeconds,
                ["voided_at"] = null,
            },
            ["subtotal"] = session.Number("amount_subtotal"),
            ["subtotal_excluding_tax"] = session.Number("amount_subtotal"),
            ["test_clock"] = null,
            ["total"] = total,
            ["total_discount_amounts"] = Discounts.Of(session) is { } allowed
                ? new JsonArray(new JsonObject { ["amount"] = details.Number("amount_discount"), ["discount"] = allowed.Id() })
                : new JsonArray(),
            ["total_excluding_tax"] = total - tax,
            ["total_pretax_credit_amounts"] = new JsonArray(),
            ["total_taxes"] = tax == 0 ? new JsonArray() : new JsonArray(new JsonObject
            {
                ["amount"] = tax,
                ["tax_behavior"] = SessionTax.Rate(work, session).Flag("inclusive") ? "inclusive" : "exclusive",
                ["tax_rate_details"] = new JsonObject { ["tax_rate"] = "txr_local" },
                ["taxability_reason"] = "standard_rated",
                ["taxable_amount"] = total - tax,
                ["type"] = "tax_rate_details",
            }),
            ["webhooks_delivered_at"] = null,
        };
    }

    private static JsonObject AutomaticTax(JsonObject session)
    {
        var tax = session["automatic_tax"]!.DeepClone().AsObject();
        tax["disabled_reason"] = null;
        return tax;
    }

    private static JsonObject Line(string invoice, JsonObject item, StripeWork work) => new()
    {
        ["id"] = StripeIds.New("il"),
        ["object"] = "line_item",
        ["amount"] = item.Number("amount_subtotal"),
        ["currency"] = item.Text("currency"),
        ["description"] = item.Text("description"),
        ["discount_amounts"] = new JsonArray(),
        ["discountable"] = true,
        ["discounts"] = new JsonArray(),
        ["invoice"] = invoice,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["parent"] = null,
        ["period"] = new JsonObject { ["end"] = work.NowSeconds, ["start"] = work.NowSeconds },
        ["pretax_credit_amounts"] = new JsonArray(),
        ["pricing"] = new JsonObject
        {
            ["price_details"] = new JsonObject
            {
                ["price"] = item["price"]!.AsObject().Id(),
                ["product"] = item["price"]!.AsObject().Text("product"),
            },
            ["type"] = "price_details",
            ["unit_amount_decimal"] = item["price"]!.AsObject().Text("unit_amount_decimal"),
        },
        ["quantity"] = item.Number("quantity"),
        ["subscription"] = null,
        ["subtotal"] = item.Number("amount_subtotal"),
        ["taxes"] = new JsonArray(),
    };
}
