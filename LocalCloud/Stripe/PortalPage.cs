using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The billing portal's page, for browsers and curl: each form names its action.</summary>
internal static class PortalPage
{
    private const string Path = "/p/session/{token}";

    public static void Map(WebApplication app)
    {
        var store = app.Services.GetRequiredService<StripeStore>();
        app.MapGet(Path, (string token) => store.Run(work => BillingPortal.Open(work, token) is var (customer, back)
            ? HostedPage.Of(200, PortalHtml.Page(customer, CardsOf(work, customer), back))
            : Expired()));
        app.MapPost(Path, async (string token, HttpContext context) =>
        {
            var form = await HostedPage.ReadFormAsync(context);
            return store.Run(work =>
            {
                work.Base = HostedPage.BaseOf(context);
                if (BillingPortal.Open(work, token) is not var (customer, back))
                {
                    return Expired();
                }

                return Act(work, customer, form) is { } problem
                    ? HostedPage.Of(400, PortalHtml.Page(customer, CardsOf(work, customer), back, problem))
                    : new SeeOther(new Uri(work.Base, context.Request.Path).ToString());
            });
        });
    }

    /// <returns>What is wrong, or null.</returns>
    private static string? Act(StripeWork work, JsonObject customer, IFormCollection form)
    {
        var typed = new CheckoutForm(form, customer.Text("email"), work.Now);
        switch (form["action"].ToString())
        {
            case "email" when typed.HasBadEmail || form["email"].ToString().Length == 0:
                return "Your email is invalid.";
            case "email":
                var before = customer.Shown();
                customer["email"] = typed.Buyer.Email;
                Customers.Updated(work, customer, before);
                return null;
            case "add":
                return Add(work, customer, typed);
            case "default" when CardOf(work, customer, form) is { } card:
                Customers.SetDefaultMethod(work, customer, card.Id());
                return null;
            case "remove" when CardOf(work, customer, form) is { } card:
                PaymentMethod.Detach(work, card);
                return null;
            default:
                return "There is no such card.";
        }
    }

    private static string? Add(StripeWork work, JsonObject customer, CheckoutForm typed)
    {
        if (typed.Card is not { } card)
        {
            return "Your card number is incomplete.";
        }

        if ((card.Flaw ?? (card.Card.IsDeclinedOnceSaved ? null : card.Card.Decline)) is { } decline)
        {
            return decline.Message;
        }

        // The owner is here: what the bank wants to know of them, it asks now.
        var method = PaymentMethod.NewCard(work, card, new Buyer(typed.Buyer.Email, customer.Text("name")));
        PaymentMethod.Attach(work, method, customer.Id(), isSetUp: true, "always");
        return null;
    }

    private static JsonObject? CardOf(StripeWork work, JsonObject customer, IFormCollection form) =>
        work.Find(form["payment_method"].ToString(), PaymentMethod.Kind) is { } card && card.Text("customer") == customer.Id()
            ? card
            : null;

    private static IEnumerable<JsonObject> CardsOf(StripeWork work, JsonObject customer) =>
        work.PeekAll(PaymentMethod.Kind).Where(card => card.Text("customer") == customer.Id() && card.Text("type") == "card");

    private static IResult Expired() =>
        HostedPage.Of(404, HostedHtml.Notice("This page has expired", "Go back and open it again."));
}
