using System.Text.Json.Nodes;
using static ReelBallers.LocalCloud.Stripe.HostedHtml;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Where <c>receipt_url</c> leads.</summary>
internal static class ReceiptPage
{
    private const string Path = "receipts/payment/";

    public static void Map(WebApplication app)
    {
        var store = app.Services.GetRequiredService<StripeStore>();
        app.MapGet($"/{Path}{{id}}", (string id) => store.Run(work =>
            work.Find(id, Charges.Kind) is { } charge && charge.Text("receipt_url") is not null
                ? HostedPage.Of(200, Html(work, charge))
                : HostedPage.NotFound()));
    }

    public static string UrlOf(string? address, JsonObject charge) => $"{address}{Path}{charge.Id()}";

    private static string Html(StripeWork work, JsonObject charge)
    {
        var method = charge["payment_method_details"]!.AsObject();
        var details = method[method.Text("type")!]!.AsObject();
        return Document("Receipt", $"""
            <h2>Receipt from ReelBallers</h2>
            <h1>{Money(charge, "amount")}</h1>
            <ul>
            {string.Concat(Items(work, charge))}
            <li><span>Paid on</span><span>{Day(charge, "created")}</span></li>
            <li><span>Paid with</span>
            <span>{Text(details.Text("brand") ?? "bank account")} ···· {Text(details.Text("last4"))}</span></li>
            {(charge.Number("amount_refunded") > 0
                ? $"<li><span>Refunded</span><span>{Money(charge, "amount_refunded")}</span></li>" : "")}
            </ul>
            <p>Payment {Text(charge.Id())}</p>
            """);
    }

    private static IEnumerable<string> Items(StripeWork work, JsonObject charge)
    {
        var intent = work.Get(charge.Text("payment_intent")!);
        return intent.HiddenPart().Text("session") is { } session
            ? LineItems.Of(work.Get(session)).Select(item =>
                $"<li><span>{Text(item.Text("description"))}</span><span>{Money(item, "amount_total")}</span></li>")
            : [$"<li><span>{Text(charge.Text("description") ?? "Payment")}</span><span>{Money(charge, "amount")}</span></li>"];
    }
}
