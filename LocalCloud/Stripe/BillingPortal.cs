using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/billing_portal/sessions</c>: a link to the page where a customer changes e-mail and cards.</summary>
internal static class BillingPortal
{
    private const string Kind = "billing_portal.session";
    private const string Configuration = "bpc_local";

    private static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    public static void Map(WebApplication app) => app.MapStripe("POST", "/v1/billing_portal/sessions", Create);

    /// <summary>The customer of a link that still works, and where it leads back to.</summary>
    public static (JsonObject Customer, string? ReturnUrl)? Open(StripeWork work, string token) =>
        work.PeekAll(Kind).FirstOrDefault(one => (string?)one[StripeJson.Hidden]!["token"] == token) is { } session
        && session.Number("created") > work.NowSeconds - (long)Lasts.TotalSeconds
        && work.Find(session.Text("customer")!) is { } customer && !customer.Flag("deleted")
            ? (customer, session.Text("return_url"))
            : null;

    private static JsonObject Create(StripeCall call)
    {
        call.Params.Allow("configuration", "customer", "locale", "return_url");
        var customer = call.Params.Text("customer")
            ?? throw StripeError.Invalid("Must provide customer or customer_account.", "parameter_missing", null);
        if (call.Params.Text("configuration") is { } configuration && configuration != Configuration)
        {
            throw StripeError.NoSuch("configuration", configuration, "configuration");
        }

        var token = "test_" + StripeIds.Random(60);
        var session = new JsonObject
        {
            ["id"] = StripeIds.New("bps"),
            ["object"] = Kind,
            ["after_expiration"] = null,
            ["configuration"] = Configuration,
            ["created"] = call.Work.NowSeconds,
            ["customer"] = Customers.Named(call.Work, customer, "customer").Id(),
            ["customer_account"] = null,
            ["flow"] = null,
            ["livemode"] = false,
            ["locale"] = call.Params.Text("locale"),
            ["on_behalf_of"] = null,
            ["return_url"] = call.Params.Url("return_url"),
            ["url"] = new Uri(call.Base, $"/p/session/{token}").ToString(),
            [StripeJson.Hidden] = new JsonObject { ["token"] = token },
        };
        call.Work.Put(session);
        call.Work.Emit("billing_portal.session.created", session);
        return session;
    }
}
