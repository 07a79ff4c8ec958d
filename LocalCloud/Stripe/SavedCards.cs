using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Whether and how a checkout keeps the card that paid.</summary>
internal static class SavedCards
{
    /// <summary>
    /// Whether the session saves the card: by <c>setup_future_usage</c>, or since its owner ticked that it may be kept. Without a
    /// customer it is not saved.
    /// </summary>
    public static bool AreKeptBy(JsonObject session, JsonObject intent, TypedCard typed) =>
        HasCustomer(session) && (UsageOf(session, intent) is not null || (typed.IsToBeKept && AreOffered(session)));

    /// <summary>Whether the page asks the buyer.</summary>
    public static bool AreOffered(JsonObject session) =>
        session["saved_payment_method_options"]?.AsObject().Text("payment_method_save") == "enabled"
        && HasCustomer(session);

    public static void Keep(StripeWork work, JsonObject session, JsonObject intent, TypedCard typed, JsonObject method)
    {
        var isAskedFor = typed.IsToBeKept && AreOffered(session);
        PaymentMethod.Attach(work, method, session.Text("customer")!, UsageOf(session, intent) == "off_session",
            isAskedFor ? "always" : "limited");
    }

    /// <summary>Reads <c>payment_method_options</c> of a new session.</summary>
    public static JsonObject ReadOptions(StripeParams parameters)
    {
        var options = parameters.Child("payment_method_options");
        options?.Allow("card");
        var card = options?.Child("card");
        card?.Allow("request_three_d_secure", "setup_future_usage");
        return card is null ? [] : new JsonObject
        {
            ["card"] = new JsonObject
            {
                ["request_three_d_secure"] = card.OneOf("request_three_d_secure", "any", "automatic", "challenge") ?? "automatic",
                ["setup_future_usage"] = card.OneOf("setup_future_usage", "on_session", "off_session"),
            },
        };
    }

    private static string? UsageOf(JsonObject session, JsonObject intent) => intent.Text("setup_future_usage")
        ?? (string?)session["payment_method_options"]?["card"]?["setup_future_usage"];

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
