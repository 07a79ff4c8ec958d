using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Lists, the newest first, by <c>limit</c>, <c>starting_after</c> and <c>ending_before</c>.</summary>
internal static class StripePaging
{
    public static readonly string[] Params = ["limit", "starting_after", "ending_before", "created"];

    private const int DefaultLimit = 10;
    private const int MaxLimit = 100;

    public static JsonObject Page(StripeCall call, string kind, string url, Func<JsonObject, bool> filter)
    {
        var created = CreatedFilter(call.Params);
        return Page(call.Params, call.Work.PeekAll(kind).Where(document => created(document) && filter(document)), kind, url);
    }

    public static JsonObject Page(StripeParams parameters, IEnumerable<JsonObject> newestFirst, string kind, string url)
    {
        var limit = (int)(parameters.Integer("limit", 1, MaxLimit) ?? DefaultLimit);
        var after = parameters.Text("starting_after");
        var before = parameters.Text("ending_before");
        if (after is not null && before is not null)
        {
            throw StripeError.Invalid("You may only specify one of these parameters: ending_before, starting_after.", null, null);
        }

        var all = newestFirst.ToList();
        if (before is not null)
        {
            var end = IndexOf(all, before, kind, "ending_before");
            var start = Math.Max(0, end - limit);
            return List(all[start..end], start > 0, url);
        }

        var from = after is null ? 0 : IndexOf(all, after, kind, "starting_after") + 1;
        return List(all.Skip(from).Take(limit), all.Count > from + limit, url);
    }

    /// <summary>A list that is never paged.</summary>
    public static JsonObject Whole(IEnumerable<JsonObject> items, string url) => List(items.Select(item => item.Shown()), false, url);

    private static JsonObject List(IEnumerable<JsonObject> items, bool hasMore, string url) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. items.Select(item => item.DeepClone())]),
        ["has_more"] = hasMore,
        ["url"] = url,
    };

    private static int IndexOf(List<JsonObject> all, string id, string kind, string param)
    {
        var at = all.FindIndex(document => document.Id() == id);
        return at >= 0 ? at : throw StripeError.NoSuch(kind.Replace('_', ' '), id, param);
    }

    private static Func<JsonObject, bool> CreatedFilter(StripeParams parameters)
    {
        if (!parameters.Has("created"))
        {
            return _ => true;
        }

        if (!parameters.IsHash("created"))
        {
            var exact = parameters.Integer("created");
            return document => document.Number("created") == exact;
        }

        var range = parameters.Child("created")!;
        range.Allow("gt", "gte", "lt", "lte");
        var (gt, gte, lt, lte) = (range.Integer("gt"), range.Integer("gte"), range.Integer("lt"), range.Integer("lte"));
        return document => document.Number("created") is var created
            && !(created <= gt) && !(created < gte) && !(created >= lt) && !(created > lte);
    }
}
