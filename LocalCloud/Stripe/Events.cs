using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/events</c>: what happened in the last 30 days.</summary>
internal static class Events
{
    private const string Kind = "event";
    private const int MaxTypes = 20;

    private static readonly TimeSpan Lasts = TimeSpan.FromDays(30);

    public static void Map(WebApplication app)
    {
        app.MapStripe("GET", "/v1/events/{id}", call => call.Work.Find(call.Id, Kind) is { } found && IsRecent(found, call.Work)
            ? found
            : throw StripeError.NotFound(Kind, call.Id));
        app.MapStripe("GET", "/v1/events", List);
    }

    private static JsonObject List(StripeCall call)
    {
        call.Params.Allow([.. StripePaging.Params, "type", "types", "delivery_success"]);
        var type = call.Params.Text("type");
        var types = call.Params.TextItems("types");
        if (type is not null && types.Count > 0)
        {
            throw StripeError.Invalid("You may only specify one of these parameters: type, types.", null, "type");
        }

        if (types.Count > MaxTypes)
        {
            throw StripeError.Invalid($"You can give at most {MaxTypes} types.", null, "types");
        }

        var isDelivered = call.Params.Flag("delivery_success");
        return StripePaging.Page(call, Kind, "/v1/events", found => IsRecent(found, call.Work)
            && (type is null || Matches(type, found.Text("type")!))
            && (types.Count == 0 || types.Any(one => Matches(one, found.Text("type")!)))
            && (isDelivered is null || isDelivered == (found.Number("pending_webhooks") == 0)));
    }

    private static bool Matches(string pattern, string type) =>
        pattern.EndsWith('*') ? type.StartsWith(pattern[..^1], StringComparison.Ordinal) : type == pattern;

    private static bool IsRecent(JsonObject found, StripeWork work) =>
        found.Number("created") >= work.NowSeconds - (long)Lasts.TotalSeconds;
}
