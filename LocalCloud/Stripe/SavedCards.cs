using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Whether and how a checkout keeps the card that paid.</summary>
internal static class SavedCards
{
    /// <summary>
    /// Whether the session saves the card: by <c>setup_future_usage</c>, or since its owner ticked that it may be kept; only for a customer.
    /// </summary>
    public static bool AreKeptBy(JsonObject session, JsonObject intent, TypedCard typed) =>
        HasCustomer(session) && (intent.Text("setup_future_usage") is not null || (typed.IsToBeKept && AreOffered(session)));

    /// <summary>Whether the page asks the buyer.</summary>
    public static bool AreOffered(JsonObject session) =>
        session["saved_payment_method_options"]?.AsObject().Text("payment_method_save") == "enabled"
        && HasCustomer(session);

    public static void Keep(StripeWork work, JsonObject session, JsonObject intent, TypedCard typed, JsonObject method)
    {
        var isAskedFor = typed.IsToBeKept && AreOffered(session);
        PaymentMethod.Attach(work, method, session.Text("customer")!, intent.Text("setup_future_usage") == "off_session",
            isAskedFor ? "always" : "limited");
    }

    private static bool HasCustomer(JsonObject session) => session.Text("customer") is not null
        || session.Text("customer_creation") == "always" || Invoices.IsAskedFor(session);

    /// <summary>Reads <c>saved_payment_method_options</c> of a new session.</summary>
    public static JsonObject? Read(StripeParams parameters)
    {
        if (parameters.Child("saved_payment_method_options") is not { } options)
        {
            return null;
        }

        options.Allow("allow_redisplay_filters", "payment_method_remove", "payment_method_save");
        return new JsonObject
        {
            ["allow_redisplay_filters"] = options.Has("allow_redisplay_filters")
                ? new JsonArray([.. options.TextItems("allow_redisplay_filters").Select(filter => (JsonNode)filter)])
                : new JsonArray("always"),
            ["payment_method_remove"] = options.OneOf("payment_method_remove", "enabled", "disabled") ?? "disabled",
            ["payment_method_save"] = options.OneOf("payment_method_save", "enabled", "disabled") ?? "disabled",
        };
    }
}
