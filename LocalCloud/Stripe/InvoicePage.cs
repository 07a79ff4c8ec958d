using System.Text.Json.Nodes;
using static ReelBallers.LocalCloud.Stripe.HostedHtml;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Where <c>hosted_invoice_url</c> and <c>invoice_pdf</c> lead.</summary>
internal static class InvoicePage
{
    public static void Map(WebApplication app)
    {
        var store = app.Services.GetRequiredService<StripeStore>();
        app.MapGet("/i/{id}", (string id) => store.Run(work =>
            work.Find(id, Invoices.Kind) is { } invoice ? HostedPage.Of(200, Html(invoice)) : HostedPage.NotFound()));
        app.MapGet("/i/{id}/pdf", (string id) => store.Run(work => work.Find(id, Invoices.Kind) is { } invoice
            ? Results.File(PdfPage.Write(Lines(invoice)), "application/pdf", $"Invoice-{invoice.Text("number")}.pdf")
            : HostedPage.NotFound()));
    }

    public static void SetUrls(JsonObject invoice, string? address)
    {
        invoice["hosted_invoice_url"] = $"{address}i/{invoice.Id()}";
        invoice["invoice_pdf"] = $"{address}i/{invoice.Id()}/pdf";
    }

    private static string Html(JsonObject invoice) => Document("Invoice", $"""
        <h2>Invoice {Text(invoice.Text("number"))} of ReelBallers</h2>
        <h1>{Money(invoice, "total")}</h1>
        <ul>{string.Concat(Rows(invoice).Select(row => $"<li><span>{Text(row.Name)}</span><span>{Text(row.Value)}</span></li>"))}</ul>
        <p><a href="{Text(invoice.Text("invoice_pdf"))}">Download as PDF</a></p>
        """);

    private static IEnumerable<string> Lines(JsonObject invoice) =>
        Rows(invoice).Select(row => $"{row.Name}: {row.Value}").Prepend($"Invoice {invoice.Text("number")} of ReelBallers");

    private static IEnumerable<(string Name, string Value)> Rows(JsonObject invoice)
    {
        var currency = invoice.Text("currency")!;
        yield return ("Billed to", invoice.Text("customer_email") ?? invoice.Text("customer")!);
        foreach (var line in invoice["lines"]!["data"]!.AsArray().Select(line => line!.AsObject()))
        {
            yield return (line.Text("description")!, Currencies.Show(line.Number("amount"), currency));
        }

        foreach (var (field, name) in new[] { ("subtotal", "Subtotal"), ("total", "Total"), ("amount_paid", "Amount paid") })
        {
            yield return (name, Currencies.Show(invoice.Number(field), currency));
        }

        yield return ("Paid on", Day(invoice, "created"));
    }
}
