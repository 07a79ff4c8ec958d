using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/customers</c>.</summary>
internal static class Customers
{
    public const string Kind = "customer";

    public static void Map(WebApplication app)
    {
        app.MapStripe("POST", "/v1/customers", Create);
        app.MapStripe("GET", "/v1/customers", List);
        app.MapStripe("GET", "/v1/customers/{id}", call => Load(call));
        app.MapStripe("POST", "/v1/customers/{id}", Update);
        app.MapStripe("DELETE", "/v1/customers/{id}", Delete);
    }

    /// <summary>The customer that a parameter refers to.</summary>
    public static JsonObject Named(StripeWork work, string id, string param) =>
        work.Find(id, Kind) is { } customer && !customer.Flag("deleted") ? customer : throw StripeError.NoSuch(Kind, id, param);

    /// <summary>A customer that the checkout page creates from what the buyer typed.</summary>
    public static JsonObject CreateFromCheckout(StripeWork work, string email, string? name)
    {
        var customer = CustomerFields.New(work);
        customer["email"] = email;
        customer["name"] = name;
        work.Put(customer);
        work.Emit("customer.created", customer);
        return customer;
    }

    /// <summary>The customer in the path of a call that needs one who is not deleted.</summary>
    public static JsonObject Living(StripeCall call) => Load(call) is var customer && !customer.Flag("deleted")
        ? customer
        : throw StripeError.NotFound(Kind, call.Id);

    public static string? DefaultMethod(JsonObject customer) => customer["invoice_settings"]!.AsObject().Text("default_payment_method");

    /// <summary>Sets the card that is charged by default, and says so.</summary>
    public static void SetDefaultMethod(StripeWork work, JsonObject customer, string? method)
    {
        var before = customer.Shown();
        customer["invoice_settings"]!["default_payment_method"] = method;
        Updated(work, customer, before);
    }

    /// <summary>Stores a changed customer, with an event where something differs.</summary>
    public static void Updated(StripeWork work, JsonObject customer, JsonObject before)
    {
        work.Put(customer);
        if (StripeJson.Changed(before, customer) is { Count: > 0 } previous)
        {
            work.Emit("customer.updated", customer, previous);
        }
    }

    private static JsonObject Create(StripeCall call)
    {
        call.Params.Allow([.. CustomerFields.Writable, "payment_method"]);
        var customer = CustomerFields.New(call.Work);
        var method = call.Params.Text("payment_method") is { } id ? PaymentMethods.Named(call.Work, id, "payment_method") : null;
        CustomerFields.Write(call.Work, customer, call.Params);
        call.Work.Put(customer);
        call.Work.Emit("customer.created", customer);
        if (method is not null)
        {
            PaymentMethods.AttachTo(call.Work, customer, method);
        }

        return customer;
    }

    private static JsonObject Update(StripeCall call)
    {
        call.Params.Allow(CustomerFields.Writable);
        var customer = Living(call);
        var before = customer.Shown();
        CustomerFields.Write(call.Work, customer, call.Params);
        Updated(call.Work, customer, before);
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
            foreach (var method in call.Work.PeekAll(PaymentMethod.Kind).Where(one => one.Text("customer") == call.Id).ToList())
            {
                PaymentMethod.Detach(call.Work, call.Work.Get(method.Id()));
            }
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
}
