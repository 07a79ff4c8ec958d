using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/invoices</c>: made by paid sessions that ask for one.</summary>
internal static class Invoices
{
    public const string Kind = "invoice";

    private const string Root = "/v1/invoices";

    public static void Map(WebApplication app)
    {
        app.MapStripe("GET", Root + "/{id}", call => call.Work.Find(call.Id, Kind) ?? throw StripeError.NotFound(Kind, call.Id));
        app.MapStripe("GET", Root, call =>
        {
            call.Params.Allow([.. StripePaging.Params, "customer", "status"]);
            var customer = call.Params.Text("customer");
            var status = call.Params.OneOf("status", "draft", "open", "paid", "uncollectible", "void");
            return StripePaging.Page(call, Kind, Root, invoice => (customer is null || invoice.Text("customer") == customer)
                && (status is null || invoice.Text("status") == status));
        });
    }

    public static bool IsAskedFor(JsonObject session) => session["invoice_creation"]!.AsObject().Flag("enabled");

    /// <summary>The invoice of a session that is paid now, where it asks for one.</summary>
    /// <param name="work">The changes of this request.</param>
    /// <param name="session">The session; it then names its invoice.</param>
    /// <param name="charge">What paid it.</param>
    public static void Create(StripeWork work, JsonObject session, JsonObject charge)
    {
        if (!IsAskedFor(session))
        {
            return;
        }

        var customer = work.Get(session.Text("customer")!);
        var sequence = customer.Number("next_invoice_sequence");
        customer["next_invoice_sequence"] = sequence + 1;
        work.Put(customer);
        var invoice = InvoiceFields.New(work, session, customer, FormattableString.Invariant(
            $"{customer.Text("invoice_prefix")}-{sequence:0000}"));
        InvoicePage.SetUrls(invoice, charge.HiddenPart().Text("base"));
        invoice.HiddenPart()["charge"] = charge.Id();
        work.Put(invoice);
        session["invoice"] = invoice.Id();
        work.Put(session);
        foreach (var type in new[] { "invoice.created", "invoice.finalized", "invoice.paid", "invoice.payment_succeeded" })
        {
            work.Emit(type, invoice);
        }
    }

    /// <summary>For <c>expand[]=payments</c>.</summary>
    public static JsonObject PaymentsOf(StripeWork work, JsonObject invoice)
    {
        var charge = work.Get(work.Get(invoice.Id()).HiddenPart().Text("charge")!);
        var payment = new JsonObject
        {
            ["id"] = "inpay_" + invoice.Id()["in_".Length..],
            ["object"] = "invoice_payment",
            ["amount_paid"] = invoice.Number("amount_paid"),
            ["amount_requested"] = invoice.Number("amount_due"),
            ["created"] = invoice.Number("created"),
            ["currency"] = invoice.Text("currency"),
            ["invoice"] = invoice.Id(),
            ["is_default"] = true,
            ["livemode"] = false,
            ["payment"] = new JsonObject { ["payment_intent"] = charge.Text("payment_intent"), ["type"] = "payment_intent" },
            ["status"] = "paid",
            ["status_transitions"] = new JsonObject { ["canceled_at"] = null, ["paid_at"] = invoice.Number("created") },
        };
        return StripePaging.Whole([payment], $"/v1/invoice_payments?invoice={invoice.Id()}");
    }
}
