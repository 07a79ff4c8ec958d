using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/customers</c>.</summary>
internal static class Customers
{
    private const string Kind = "customer";

    private static readonly string[] Writable =
        ["email", "name", "description", "phone", "metadata", "address", "shipping", "preferred_locales", "tax_exempt"];

    public static void Map(WebApplication app)
    {
        app.MapStripe("POST", "/v1/customers", Create);
        app.MapStripe("GET", "/v1/customers", List);
        app.MapStripe("GET", "/v1/customers/{id}", call => Load(call));
        app.MapStripe("POST", "/v1/customers/{id}", Update);
        app.MapStripe("DELETE", "/v1/customers/{id}", Delete);
    }

    /// <summary>A customer that a parameter names.</summary>
    public static JsonObject Named(StripeWork work, string id, string param) =>
        work.Find(id, Kind) is { } customer && !customer.Flag("deleted") ? customer : throw StripeError.NoSuch(Kind, id, param);

    /// <summary>A customer that the checkout page makes from what the buyer typed.</summary>
    public static JsonObject CreateFromCheckout(StripeWork work, string email, string? name)
    {
        var customer = New(work);
        customer["email"] = email;
        customer["name"] = name;
        work.Put(customer);
        work.Emit("customer.created", customer);
        return customer;
    }

    private static JsonObject Create(StripeCall call)
    {
        var customer = New(call.Work);
        Write(customer, call.Params);
        call.Work.Put(customer);
        call.Work.Emit("customer.created", customer);
        return customer;
    }

    private static JsonObject Update(StripeCall call)
    {
        var customer = Load(call);
        if (customer.Flag("deleted"))
        {
            throw StripeError.NotFound(Kind, call.Id);
        }

        var before = customer.Shown();
        Write(customer, call.Params);
        var previous = new JsonObject(before.Where(field => !JsonNode.DeepEquals(field.Value, customer[field.Key]))
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        call.Work.Put(customer);
        if (previous.Count > 0)
        {
            call.Work.Emit("customer.updated", customer, previous);
        }

        return customer;
    }

    private static JsonObject Delete(StripeCall call)
    {
        var customer = Load(call);
        if (!customer.Flag("deleted"))
        {
            call.Work.Emit("customer.deleted", customer);
            customer = new JsonObject
            {
                ["id"] = customer.Id(),
                ["object"] = Kind,
                ["deleted"] = true,
                [StripeJson.Hidden] = new JsonObject { ["created"] = customer.Number("created") },
            };
            call.Work.Put(customer);
        }

        return customer;
    }

    private static JsonObject List(StripeCall call)
    {
        call.Params.Allow([.. StripePaging.Params, "email"]);
        var email = call.Params.Text("email");
        var living = call.Work.PeekAll(Kind)
            .Where(customer => !customer.Flag("deleted") && (email is null || customer.Text("email") == email));
        return StripePaging.Page(call.Params, living, Kind, "/v1/customers");
    }

    private static JsonObject Load(StripeCall call) => call.Work.Find(call.Id, Kind) ?? throw StripeError.NotFound(Kind, call.Id);

    private static JsonObject New(StripeWork work) => new()
    {
        ["id"] = StripeIds.New("cus"),
        ["object"] = Kind,
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

    private static void Write(JsonObject customer, StripeParams parameters)
    {
        parameters.Allow(Writable);
        Set("email", parameters.Email("email"));
        Set("name", parameters.Text("name", 256));
        Set("description", parameters.Text("description"));
        Set("phone", parameters.Text("phone", 20));
        Set("tax_exempt", parameters.OneOf("tax_exempt", "none", "exempt", "reverse") ?? "none");
        Set("preferred_locales", new JsonArray([.. parameters.TextItems("preferred_locales").Select(locale => (JsonNode)locale)]));
        Set("address", Address(parameters.Child("address")));
        if (parameters.Child("shipping") is { } shipping)
        {
            Set("shipping", new JsonObject
            {
                ["address"] = Address(shipping.Child("address")),
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

    private static JsonObject? Address(StripeParams? address) => address is null ? null : new JsonObject
    {
        ["city"] = address.Text("city"),
        ["country"] = address.Text("country"),
        ["line1"] = address.Text("line1"),
        ["line2"] = address.Text("line2"),
        ["postal_code"] = address.Text("postal_code"),
        ["state"] = address.Text("state"),
    };
}
