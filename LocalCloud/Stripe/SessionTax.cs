using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Stripe Tax for a session: one percentage everywhere, known once the buyer's address is.</summary>
internal static class SessionTax
{
    private const string Known = "complete";

    /// <summary>Reads <c>automatic_tax</c> and <c>customer_update</c> of a new session, whose customer is set already.</summary>
    public static void Read(StripeWork work, StripeParams parameters, JsonObject session)
    {
        var update = parameters.Child("customer_update");
        update?.Allow("address", "name", "shipping");
        if (update is not null && session.Text("customer") is null)
        {
            throw StripeError.Invalid("`customer_update` can only be used with `customer`.", null, "customer_update");
        }

        session.HiddenPart()["saves_address"] = update?.OneOf("address", "auto", "never") == "auto";
        session.HiddenPart()["saves_name"] = update?.OneOf("name", "auto", "never") == "auto";
        var tax = parameters.Child("automatic_tax");
        tax?.Allow("enabled");
        if (tax is null || !(tax.Flag("enabled") ?? throw StripeError.MissingParam("automatic_tax[enabled]")))
        {
            return;
        }

        var address = session.Text("customer") is { } id ? work.Get(id)["address"] as JsonObject : null;
        if (session.Text("customer") is not null && address?.Text("country") is null && !session.HiddenPart().Flag("saves_address"))
        {
            throw new StripeError(
                400,
                "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or "
                    + "set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' to save the address "
                    + "entered in Checkout to the Customer.",
                "customer_tax_location_invalid");
        }

        session["automatic_tax"] = new JsonObject
        {
            ["enabled"] = true,
            ["liability"] = new JsonObject { ["type"] = "self" },
            ["provider"] = "stripe",
            ["status"] = address?.Text("country") is null ? "requires_location_inputs" : Known,
        };
    }

    public static bool IsOn(JsonObject session) => session["automatic_tax"]!.AsObject().Flag("enabled");

    public static bool IsKnown(JsonObject session) => session["automatic_tax"]!.AsObject().Text("status") == Known;

    /// <summary>Takes the address that the buyer typed, and counts the tax there.</summary>
    public static void Locate(StripeWork work, JsonObject session, JsonObject address)
    {
        if (!IsOn(session) || IsKnown(session))
        {
            return;
        }

        session.HiddenPart()["address"] = address;
        session["automatic_tax"]!["status"] = Known;
        SessionTotals.Count(work, session);
        work.Put(session);
    }

    /// <summary>The buyer's address as far as it is known.</summary>
    public static JsonObject? AddressOf(StripeWork work, JsonObject session) => session.HiddenPart()["address"]?.DeepClone() as JsonObject
        ?? (session.Text("customer") is { } id ? work.Get(id)["address"]?.DeepClone() as JsonObject : null);

    /// <summary>Saves in the customer what <c>customer_update</c> says.</summary>
    public static void UpdateCustomer(StripeWork work, JsonObject session, Buyer buyer)
    {
        if (session.Text("customer") is not { } id)
        {
            return;
        }

        var customer = work.Get(id);
        var before = customer.Shown();
        if (session.HiddenPart().Flag("saves_address") && session.HiddenPart()["address"] is { } address)
        {
            customer["address"] = address.DeepClone();
        }

        if (session.HiddenPart().Flag("saves_name") && buyer.Name is not null)
        {
            customer["name"] = buyer.Name;
        }

        Customers.Updated(work, customer, before);
    }

    public static JsonObject Rate(StripeWork work, JsonObject session)
    {
        var isInclusive = LineItems.Of(session).Any(item => (string?)item["price"]!["tax_behavior"] == "inclusive");
        return new JsonObject
        {
            ["id"] = "txr_local",
            ["object"] = "tax_rate",
            ["active"] = true,
            ["country"] = AddressOf(work, session)?.Text("country"),
            ["created"] = session.Number("created"),
            ["description"] = null,
            ["display_name"] = "Tax",
            ["effective_percentage"] = work.TaxPercent,
            ["flat_amount"] = null,
            ["inclusive"] = isInclusive,
            ["jurisdiction"] = null,
            ["jurisdiction_level"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["percentage"] = work.TaxPercent,
            ["rate_type"] = "percentage",
            ["state"] = null,
            ["tax_type"] = "sales_tax",
        };
    }
}
