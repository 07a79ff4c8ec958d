using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The amounts of a session and its line items: subtotal, less the discount, plus the tax.</summary>
internal static class SessionTotals
{
    public static void Count(StripeWork work, JsonObject session)
    {
        var items = LineItems.Of(session).ToList();
        var subtotal = items.Sum(item => item.Number("amount_subtotal"));
        var off = Discounts.AmountOff(work, session, subtotal);
        var percent = SessionTax.IsKnown(session) ? work.TaxPercent : 0;
        var (before, discounted) = (0L, 0L);
        foreach (var item in items)
        {
            // Shares of the running total, so that they add up and none is larger than its item.
            before += item.Number("amount_subtotal");
            var share = (subtotal == 0 ? 0 : (long)((decimal)off * before / subtotal)) - discounted;
            discounted += share;
            CountItem(item, share, percent);
        }

        session["amount_subtotal"] = subtotal;
        session["amount_total"] = items.Sum(item => item.Number("amount_total"));
        session["total_details"] = new JsonObject
        {
            ["amount_discount"] = off,
            ["amount_shipping"] = 0L,
            ["amount_tax"] = items.Sum(item => item.Number("amount_tax")),
        };
    }

    /// <summary>For <c>expand[]=total_details.breakdown</c>.</summary>
    public static JsonObject Breakdown(StripeWork work, JsonObject session)
    {
        var details = session["total_details"]!.AsObject();
        var (off, tax) = (details.Number("amount_discount"), details.Number("amount_tax"));
        return new JsonObject
        {
            ["discounts"] = Discounts.Of(session) is { } discount
                ? new JsonArray(new JsonObject { ["amount"] = off, ["discount"] = discount.DeepClone() })
                : new JsonArray(),
            ["taxes"] = tax == 0 ? new JsonArray() : new JsonArray(new JsonObject
            {
                ["amount"] = tax,
                ["rate"] = SessionTax.Rate(work, session),
                ["taxability_reason"] = "standard_rated",
                ["taxable_amount"] = session.Number("amount_total") - tax,
            }),
        };
    }

    private static void CountItem(JsonObject item, long discount, decimal percent)
    {
        var taxable = item.Number("amount_subtotal") - discount;
        var isInclusive = (string?)item["price"]!["tax_behavior"] == "inclusive";
        var tax = isInclusive ? taxable - Round(taxable * 100m / (100m + percent)) : Round(taxable * percent / 100m);
        item["amount_discount"] = discount;
        item["amount_tax"] = tax;
        item["amount_total"] = isInclusive ? taxable : taxable + tax;
    }

    private static long Round(decimal amount) => (long)Math.Round(amount, MidpointRounding.AwayFromZero);
}
