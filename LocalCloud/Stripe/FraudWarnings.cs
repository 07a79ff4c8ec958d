using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/radar/early_fraud_warnings</c>: the card network reports a payment as fraudulent.</summary>
internal static class FraudWarnings
{
    private const string Kind = "radar.early_fraud_warning";

    public static void Map(WebApplication app)
    {
        app.MapStripe("GET", "/v1/radar/early_fraud_warnings/{id}", call =>
            call.Work.Find(call.Id, Kind) ?? throw StripeError.NotFound("early_fraud_warning", call.Id));
        app.MapStripe("GET", "/v1/radar/early_fraud_warnings", call =>
        {
            call.Params.Allow([.. StripePaging.Params, "charge", "payment_intent"]);
            var (charge, intent) = (call.Params.Text("charge"), call.Params.Text("payment_intent"));
            return StripePaging.Page(call, Kind, "/v1/radar/early_fraud_warnings", warning =>
                (charge is null || warning.Text("charge") == charge) && (intent is null || warning.Text("payment_intent") == intent));
        });
    }

    /// <summary>A charge that is refunded completely or disputed needs no action any more.</summary>
    public static void Review(StripeWork work, JsonObject charge)
    {
        if (!charge.Flag("refunded") && !charge.Flag("disputed"))
        {
            return;
        }

        foreach (var id in work.PeekAll(Kind).Where(one => one.Text("charge") == charge.Id() && one.Flag("actionable"))
            .Select(one => one.Id()).ToList())
        {
            var warning = work.Get(id);
            warning["actionable"] = false;
            work.Put(warning);
            work.Emit("radar.early_fraud_warning.updated", warning, new JsonObject { ["actionable"] = true });
        }
    }

    /// <summary>Warns about a charge.</summary>
    public static JsonObject Open(StripeWork work, JsonObject charge)
    {
        var warning = new JsonObject
        {
            ["id"] = StripeIds.New("issfr"),
            ["object"] = Kind,
            ["actionable"] = !charge.Flag("refunded") && !charge.Flag("disputed"),
            ["charge"] = charge.Id(),
            ["created"] = work.NowSeconds,
            ["fraud_type"] = "made_with_stolen_card",
            ["livemode"] = false,
            ["payment_intent"] = charge.Text("payment_intent"),
        };
        work.Put(warning);
        work.Emit("radar.early_fraud_warning.created", warning);
        return warning;
    }
}
