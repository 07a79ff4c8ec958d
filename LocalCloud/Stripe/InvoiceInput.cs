using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Reads <c>invoice_creation</c> of a new session.</summary>
internal static class InvoiceInput
{
    public static JsonObject Read(StripeParams parameters)
    {
        var creation = parameters.Child("invoice_creation");
        creation?.Allow("enabled", "invoice_data");
        var data = creation?.Child("invoice_data");
        data?.Allow("custom_fields", "description", "footer", "metadata");
        var isEnabled = creation is not null
            && (creation.Flag("enabled") ?? throw StripeError.MissingParam("invoice_creation[enabled]"));
        return new JsonObject
        {
            ["enabled"] = isEnabled,
            ["invoice_data"] = new JsonObject
            {
                ["account_tax_ids"] = null,
                ["custom_fields"] = CustomFields(data),
                ["description"] = data?.Text("description", 1500),
                ["footer"] = data?.Text("footer"),
                ["issuer"] = null,
                ["metadata"] = StripeMetadata.New(data),
                ["rendering_options"] = null,
            },
        };
    }

    private static JsonArray? CustomFields(StripeParams? data)
    {
        var fields = data?.Items("custom_fields") ?? [];
        return fields.Count == 0 ? null : new JsonArray([.. fields.Select(field => new JsonObject
        {
            ["name"] = field.RequiredText("name", 40),
            ["value"] = field.RequiredText("value", 140),
        })]);
    }
}
