using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Puts objects in the place of their ids, as <c>expand[]</c> asks.</summary>
internal static class StripeExpansion
{
    private const int MaxDepth = 4;

    private static readonly HashSet<string> Expandable =
    [
        "customer", "payment_intent", "latest_charge", "charge", "payment_method", "default_payment_method", "invoice",
        "coupon", "promotion_code",
    ];

    public static JsonObject Expand(StripeWork work, JsonObject answer, IReadOnlyList<string> paths)
    {
        var shown = answer.Shown();
        if (shown.Text("object") == "list")
        {
            shown["data"] = new JsonArray([.. answer["data"]!.AsArray().Select(item => item!.AsObject().Shown())]);
        }

        foreach (var path in paths)
        {
            var steps = path.Split('.');
            if (steps.Length > MaxDepth)
            {
                throw StripeError.Invalid($"You cannot expand more than {MaxDepth} levels of a property. Property: {path}", null, null);
            }

            Expand(work, shown, steps, path);
        }

        return shown;
    }

    private static void Expand(StripeWork work, JsonObject at, ReadOnlySpan<string> steps, string path)
    {
        if (steps.Length == 0)
        {
            return;
        }

        var field = steps[0];
        Fill(work, at, field);
        if (field == "total_details" && steps.Length > 1 && steps[1] == "breakdown")
        {
            at[field]!["breakdown"] = SessionTotals.Breakdown(work, work.Get(at.Id()));
        }

        switch (at[field])
        {
            case JsonObject inner:
                Expand(work, inner, steps[1..], path);
                break;
            case JsonArray list when field is "discounts" || (field == "data" && at.Text("object") == "list"):
                foreach (var item in list)
                {
                    Expand(work, item!.AsObject(), steps[1..], path);
                }

                break;
            case null when at.ContainsKey(field) && Expandable.Contains(field):
                break;
            default:
                throw StripeError.Invalid($"This property cannot be expanded ({path}).", null, null);
        }
    }

    private static void Fill(StripeWork work, JsonObject at, string field)
    {
        if (at.ContainsKey(field))
        {
            if (Expandable.Contains(field) && at[field] is JsonValue id)
            {
                at[field] = work.Get(id.GetValue<string>()).Shown();
            }

            return;
        }

        JsonObject? list = (at.Text("object"), field) switch
        {
            ("checkout.session", "line_items") => LineItems.List(work.Get(at.Id())),
            ("invoice", "payments") => Invoices.PaymentsOf(work, at),
            ("charge", "refunds") => StripePaging.Whole(work.PeekAll("refund")
                .Where(refund => refund.Text("charge") == at.Id()), $"/v1/charges/{at.Id()}/refunds"),
            _ => null,
        };
        if (list is not null)
        {
            at[field] = list;
        }
    }
}
