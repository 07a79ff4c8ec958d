using System.Globalization;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>What a checkout session sells.</summary>
internal static class LineItems
{
    private const int MaxItems = 100;

    /// <summary>Reads <c>line_items</c> of a new session.</summary>
    public static IReadOnlyList<JsonObject> Read(StripeWork work, StripeParams parameters)
    {
        var items = parameters.Items("line_items");
        if (items.Count == 0)
        {
            throw StripeError.MissingParam("line_items");
        }

        if (items.Count > MaxItems)
        {
            throw StripeError.Invalid($"You can have at most {MaxItems} line items in payment mode.", null, "line_items");
        }

        var read = items.Select(item => ReadItem(work, item)).ToList();
        return read.Select(item => item.Text("currency")).Distinct().Count() == 1
            ? read
            : throw new StripeError(400, "All line items must have the same currency.", null, "line_items");
    }

    public static JsonObject List(JsonObject session) =>
        StripePaging.Whole(Of(session), $"/v1/checkout/sessions/{session.Id()}/line_items");

    public static IEnumerable<JsonObject> Of(JsonObject session) =>
        session.HiddenPart()["line_items"]!.AsArray().Select(item => item!.AsObject());

    private static JsonObject ReadItem(StripeWork work, StripeParams item)
    {
        item.Allow("price", "price_data", "quantity", "adjustable_quantity", "tax_rates", "metadata");
        if (item.Text("price") is { } price)
        {
            throw StripeError.NoSuch("price", price, item.PathOf("price"));
        }

        var data = item.Child("price_data") ?? throw StripeError.MissingParam(item.PathOf("price_data"));
        data.Allow("currency", "unit_amount", "unit_amount_decimal", "product", "product_data", "tax_behavior");
        var currency = data.RequiredText("currency").ToLowerInvariant();
        if (!Currencies.IsKnown(currency))
        {
            throw new StripeError(400, $"Invalid currency: {currency}", null, data.PathOf("currency"));
        }

        var unitAmount = data.Integer("unit_amount", 0) ?? data.Integer("unit_amount_decimal", 0)
            ?? throw StripeError.MissingParam(data.PathOf("unit_amount"));
        RefuseTooLarge(unitAmount, data.PathOf("unit_amount"));
        if (data.Text("product") is { } product)
        {
            throw StripeError.NoSuch("product", product, data.PathOf("product"));
        }

        var productData = data.Child("product_data") ?? throw StripeError.MissingParam(data.PathOf("product_data"));
        productData.Allow("name", "description", "images", "metadata", "tax_code", "unit_label");
        var name = productData.RequiredText("name");
        var quantity = item.Integer("quantity", 1, 999_999) ?? throw StripeError.MissingParam(item.PathOf("quantity"));
        RefuseTooLarge(unitAmount * quantity, item.PathOf("quantity"));
        return New(work, name, productData.Text("description"), currency, unitAmount, quantity, StripeMetadata.New(item),
            data.OneOf("tax_behavior", "exclusive", "inclusive", "unspecified") ?? "unspecified");
    }

    private static void RefuseTooLarge(long amount, string param)
    {
        if (amount > Currencies.MaxAmount)
        {
            throw new StripeError(400, "Amount must be no more than $999,999.99", "amount_too_large", param);
        }
    }

    private static JsonObject New(
        StripeWork work, string name, string? description, string currency, long unitAmount, long quantity, JsonObject metadata,
        string taxBehavior) => new()
        {
            ["id"] = StripeIds.New("li"),
            ["object"] = "item",
            ["amount_discount"] = 0L,
            ["amount_subtotal"] = unitAmount * quantity,
            ["amount_tax"] = 0L,
            ["amount_total"] = unitAmount * quantity,
            ["currency"] = currency,
            ["description"] = name,
            ["metadata"] = metadata,
            ["price"] = new JsonObject
            {
                ["id"] = StripeIds.New("price"),
                ["object"] = "price",
                ["active"] = false,
                ["billing_scheme"] = "per_unit",
                ["created"] = work.NowSeconds,
                ["currency"] = currency,
                ["livemode"] = false,
                ["lookup_key"] = null,
                ["metadata"] = new JsonObject(),
                ["nickname"] = description,
                ["product"] = StripeIds.New("prod"),
                ["recurring"] = null,
                ["tax_behavior"] = taxBehavior,
                ["type"] = "one_time",
                ["unit_amount"] = unitAmount,
                ["unit_amount_decimal"] = unitAmount.ToString(CultureInfo.InvariantCulture),
            },
            ["quantity"] = quantity,
        };
}
