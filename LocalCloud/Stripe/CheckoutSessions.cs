using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/checkout/sessions</c>.</summary>
internal static class CheckoutSessions
{
    public const string Kind = "checkout.session";

    private const string Root = "/v1/checkout/sessions";

    public static void Map(WebApplication app)
    {
        app.MapStripe("POST", Root, Create);
        app.MapStripe("GET", Root, List);
        app.MapStripe("GET", Root + "/{id}", call => Load(call));
        app.MapStripe("POST", Root + "/{id}", Update);
        app.MapStripe("POST", Root + "/{id}/expire", call =>
        {
            call.Params.Allow();
            return ExpireOpen(call);
        });
        app.MapStripe("GET", Root + "/{id}/line_items", call =>
        {
            call.Params.Allow(StripePaging.Params);
            return StripePaging.Page(call.Params, LineItems.Of(Load(call)), "item", $"{Root}/{call.Id}/line_items");
        });
    }

    /// <summary>Expires an open session, with its payment if it has one.</summary>
    public static JsonObject Expire(StripeWork work, JsonObject session)
    {
        session["status"] = "expired";
        session["url"] = null;
        work.Put(session);
        ScheduledTasks.Cancel(work, StripeTask.ExpireSession, session.Id());
        if (session.HiddenPart().Text("payment_intent") is { } id)
        {
            PaymentIntents.Cancel(work, work.Get(id), "automatic");
        }

        work.Emit("checkout.session.expired", session);
        return session;
    }

    /// <summary>Completes a session, paid or with its payment pending.</summary>
    public static void Complete(StripeWork work, JsonObject session, JsonObject? intent, string paymentStatus)
    {
        session["status"] = "complete";
        session["payment_status"] = paymentStatus;
        session["payment_intent"] = intent?.Id();
        session["url"] = null;
        work.Put(session);
        Discounts.Redeem(work, session);
        ScheduledTasks.Cancel(work, StripeTask.ExpireSession, session.Id());
        work.Emit("checkout.session.completed", session);
    }

    public static JsonObject CustomerDetails(string? email, string? name, JsonObject? address = null) => new()
    {
        ["address"] = address,
        ["business_name"] = null,
        ["email"] = email,
        ["individual_name"] = null,
        ["name"] = name,
        ["phone"] = null,
        ["tax_exempt"] = "none",
        ["tax_ids"] = new JsonArray(),
    };

    private static JsonObject Create(StripeCall call)
    {
        var session = CheckoutSessionInput.Read(call);
        call.Work.Put(session);
        ScheduledTasks.Plan(call.Work, DateTimeOffset.FromUnixTimeSeconds(session.Number("expires_at")), StripeTask.ExpireSession,
            session.Id());
        return session;
    }

    private static JsonObject Update(StripeCall call)
    {
        call.Params.Allow("metadata");
        var session = Load(call);
        StripeMetadata.Change(session, call.Params);
        call.Work.Put(session);
        return session;
    }

    private static JsonObject ExpireOpen(StripeCall call)
    {
        var session = Load(call);
        var status = session.Text("status");
        return status == "open"
            ? Expire(call.Work, session)
            : throw new StripeError(
                400,
                $"Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `{status}`.");
    }

    private static JsonObject List(StripeCall call)
    {
        var parameters = call.Params;
        parameters.Allow([.. StripePaging.Params, "customer", "customer_details", "payment_intent", "payment_link", "status",
            "subscription"]);
        var customer = parameters.Text("customer");
        var email = parameters.Child("customer_details")?.Text("email");
        var intent = parameters.Text("payment_intent");
        var status = parameters.OneOf("status", "open", "complete", "expired");
        var isElsewhere = parameters.Text("payment_link") is not null || parameters.Text("subscription") is not null;
        return StripePaging.Page(call, Kind, Root, session => !isElsewhere
            && (customer is null || session.Text("customer") == customer)
            && (email is null || session["customer_details"]?.AsObject().Text("email") == email)
            && (intent is null || session.Text("payment_intent") == intent)
            && (status is null || session.Text("status") == status));
    }

    private static JsonObject Load(StripeCall call)
    {
        if (call.Work.Find(call.Id, Kind) is { } session)
        {
            return session;
        }

        throw call.Id.StartsWith("cs_", StringComparison.Ordinal)
            ? StripeError.NotFound(Kind, call.Id, "session")
            : new StripeError(404, $"Invalid checkout.session id: {call.Id}");
    }
}
