using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/payment_methods</c>, and those of a customer.</summary>
internal static class PaymentMethods
{
    private const string Root = "/v1/payment_methods";
    private const string Shown = "PaymentMethod";

    public static void Map(WebApplication app)
    {
        app.MapStripe("GET", Root, call =>
        {
            call.Params.Allow([.. StripePaging.Params, "allow_redisplay", "customer", "type"]);
            var customer = call.Params.Text("customer");
            return customer is null
                ? StripePaging.Page(call.Params, [], Shown, Root)
                : List(call, Customers.Named(call.Work, customer, "customer").Id(), Root);
        });
        app.MapStripe("GET", Root + "/{id}", call => Load(call));
        app.MapStripe("POST", Root + "/{id}", Update);
        app.MapStripe("POST", Root + "/{id}/attach", Attach);
        app.MapStripe("POST", Root + "/{id}/detach", Detach);
        app.MapStripe("GET", "/v1/customers/{id}/payment_methods", call =>
        {
            call.Params.Allow([.. StripePaging.Params, "allow_redisplay", "type"]);
            return List(call, Customers.Living(call).Id(), $"/v1/customers/{call.Id}/payment_methods");
        });
        app.MapStripe("GET", "/v1/customers/{customer}/payment_methods/{id}", call => Load(call) is var method
            && method.Text("customer") == call.Customer
            ? method
            : throw new StripeError(404, "Invalid request", null, "customer"));
    }

    /// <summary>The payment method that a parameter refers to; one of Stripe's for tests becomes a new card.</summary>
    public static JsonObject Named(StripeWork work, string id, string param)
    {
        if (work.Find(id, PaymentMethod.Kind) is { } method)
        {
            return method;
        }

        return TestPaymentMethods.Find(id) is { } card
            ? PaymentMethod.NewCard(work, new TypedCard(card, work.Now.Month, work.Now.Year + 1), null)
            : throw StripeError.NoSuch(Shown, id, param);
    }

    private static JsonObject List(StripeCall call, string customer, string url)
    {
        var type = call.Params.Text("type");
        var redisplay = call.Params.OneOf("allow_redisplay", "always", "limited", "unspecified");
        return StripePaging.Page(call, PaymentMethod.Kind, url, method => method.Text("customer") == customer
            && (type is null || method.Text("type") == type)
            && (redisplay is null || method.Text("allow_redisplay") == redisplay));
    }

    private static JsonObject Attach(StripeCall call)
    {
        call.Params.Allow("customer");
        var id = call.Params.Text("customer")
            ?? throw StripeError.Invalid("Must provide customer or customer_account.", "parameter_missing", null);
        var customer = Customers.Named(call.Work, id, "customer");
        var method = TestPaymentMethods.Find(call.Id) is null ? Load(call) : Named(call.Work, call.Id, "payment_method");
        return AttachTo(call.Work, customer, method);
    }

    /// <summary>Attaches as an API call does: the card is checked with its bank first.</summary>
    public static JsonObject AttachTo(StripeWork work, JsonObject customer, JsonObject method)
    {
        if (method.Text("customer") == customer.Id())
        {
            return method;
        }

        if (method.Text("customer") is not null)
        {
            throw new StripeError(400, "The payment method you provided has already been attached to a customer.", null, "payment_method");
        }

        if (!PaymentMethod.CanPay(method) || method.Text("type") != "card")
        {
            throw new StripeError(400, "This PaymentMethod was previously used without being attached to a Customer or was detached from a "
                + "Customer, and may not be used again.");
        }

        var card = PaymentMethod.CardOf(method);
        if (card.Decline is { } decline && !card.IsDeclinedOnceSaved)
        {
            throw new StripeError(402, decline.Message, decline.Code) { Type = "card_error", DeclineCode = decline.DeclineCode };
        }

        PaymentMethod.Attach(work, method, customer.Id(), isSetUp: false);
        return method;
    }

    private static JsonObject Detach(StripeCall call)
    {
        call.Params.Allow();
        var method = Load(call);
        if (method.Text("customer") is null)
        {
            throw new StripeError(
                400, "The payment method you provided is not attached to a customer so detachment is impossible.");
        }

        PaymentMethod.Detach(call.Work, method);
        return method;
    }

    private static JsonObject Update(StripeCall call)
    {
        call.Params.Allow("allow_redisplay", "billing_details", "card", "metadata");
        var method = Load(call);
        if (method.Text("customer") is null)
        {
            throw new StripeError(400, "You must save this PaymentMethod to a customer before you can update it.");
        }

        var before = method.Shown();
        method["allow_redisplay"] = call.Params.OneOf("allow_redisplay", "always", "limited", "unspecified")
            ?? method.Text("allow_redisplay");
        if (call.Params.Child("card") is { } card)
        {
            card.Allow("exp_month", "exp_year");
            method["card"]!["exp_month"] = card.Integer("exp_month", 1, 12) ?? method["card"]!.AsObject().Number("exp_month");
            method["card"]!["exp_year"] = card.Integer("exp_year", 2000, 2100) ?? method["card"]!.AsObject().Number("exp_year");
        }

        if (call.Params.Child("billing_details") is { } billing)
        {
            billing.Allow("email", "name");
            var details = method["billing_details"]!.AsObject();
            details["email"] = billing.Has("email") ? billing.Email("email") : details.Text("email");
            details["name"] = billing.Has("name") ? billing.Text("name") : details.Text("name");
        }

        StripeMetadata.Change(method, call.Params);
        call.Work.Put(method);
        call.Work.Emit("payment_method.updated", method, StripeJson.Changed(before, method));
        return method;
    }

    private static JsonObject Load(StripeCall call) =>
        call.Work.Find(call.Id, PaymentMethod.Kind) ?? throw StripeError.NotFound(Shown, call.Id, "payment_method");
}
