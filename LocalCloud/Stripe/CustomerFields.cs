using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>What a customer consists of, and what a request may set of it.</summary>
internal static class CustomerFields
{
    public static readonly string[] Writable =
    [
        "email", "name", "description", "phone", "metadata", "address", "shipping", "preferred_locales", "tax_exempt", "invoice_settings",
    ];

    public static JsonObject New(StripeWork work) => new()
    {
        ["id"] = StripeIds.New("cus"),
        ["object"] = Customers.Kind,
        ["address"] = null,
        ["balance"] = 0L,
        ["created"] = work.NowSeconds,
        ["currency"] = null,
        ["default_source"] = null,
        ["delinquent"] = false,
        ["description"] = null,
        ["discount"] = null,
        ["email"] = null,
        ["invoice_prefix"] = StripeIds.Random(8).ToUpperInvariant(),
        ["invoice_settings"] = new JsonObject
        {
            ["custom_fields"] = null,
            ["default_payment_method"] = null,
            ["footer"] = null,
            ["rendering_options"] = null,
        },
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["name"] = null,
        ["next_invoice_sequence"] = 1L,
        ["phone"] = null,
        ["preferred_locales"] = new JsonArray(),
        ["shipping"] = null,
        ["tax_exempt"] = "none",
        ["test_clock"] = null,
    };

    /// <summary>Takes over what was given.</summary>
    public static void Write(StripeWork work, JsonObject customer, StripeParams parameters)
    {
        Set("email", parameters.Email("email"));
        Set("name", parameters.Text("name", 256));
        Set("description", parameters.Text("description"));
        Set("phone", parameters.Text("phone", 20));
        Set("tax_exempt", parameters.OneOf("tax_exempt", "none", "exempt", "reverse") ?? "none");
        Set("preferred_locales", new JsonArray([.. parameters.TextItems("preferred_locales").Select(locale => (JsonNode)locale)]));
        Set("address", StripeAddress.Read(parameters.Child("address")));
        WriteInvoiceSettings(work, customer, parameters.Child("invoice_settings"));
        if (parameters.Child("shipping") is { } shipping)
        {
            Set("shipping", new JsonObject
            {
                ["address"] = StripeAddress.Read(shipping.Child("address")),
                ["name"] = shipping.RequiredText("name"),
                ["phone"] = shipping.Text("phone", 20),
            });
        }

        StripeMetadata.Change(customer, parameters);

        void Set(string field, JsonNode? value)
        {
            if (parameters.Has(field))
            {
                customer[field] = value;
            }
        }
    }

    private static void WriteInvoiceSettings(StripeWork work, JsonObject customer, StripeParams? settings)
    {
        settings?.Allow("default_payment_method", "footer");
        if (settings?.Has("footer") == true)
        {
            customer["invoice_settings"]!["footer"] = settings.Text("footer");
        }

        if (settings?.Has("default_payment_method") != true)
        {
            return;
        }

        var id = settings.Text("default_payment_method");
        if (id is not null && work.Find(id, PaymentMethod.Kind)?.Text("customer") != customer.Id())
        {
            throw new StripeError(
                400,
                $"The customer does not have a payment method with the ID {id}. The payment method must be attached to the customer.",
                "resource_missing",
                settings.PathOf("default_payment_method"));
        }

        customer["invoice_settings"]!["default_payment_method"] = id;
    }
}
