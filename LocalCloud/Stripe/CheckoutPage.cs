using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The hosted page, in a browser or by curl.</summary>
internal static class CheckoutPage
{
    public static void Map(WebApplication app)
    {
        var store = app.Services.GetRequiredService<StripeStore>();
        app.MapGet("/c/pay/{id}", (string id) => store.Run(work => Show(work.Find(id, CheckoutSessions.Kind))));
        app.MapPost("/c/pay/{id}", async (string id, HttpContext context) =>
        {
            if (!context.Request.HasFormContentType)
            {
                return Page(415, CheckoutHtml.Notice("Something is missing", "Post card_number, exp, cvc and email as a form."));
            }

            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return store.Run(work => work.Find(id, CheckoutSessions.Kind) is { } session && session.Text("status") == "open"
                ? Pay(work, session, new CheckoutForm(form, session["customer_details"]?.AsObject().Text("email"), work.Now))
                : Repeat(work.Find(id, CheckoutSessions.Kind)));
        });
    }

    private static IResult Show(JsonObject? session) => session?.Text("status") switch
    {
        null => NotFound(),
        "open" when session.HiddenPart().ContainsKey("second_step") => Page(200, CheckoutHtml.SecondStep(session)),
        "open" => Page(200, CheckoutHtml.Form(session)),
        "complete" => Page(200, CheckoutHtml.Notice("You have paid already", "This order is complete.", SuccessUrl(session))),
        _ => Expired(session),
    };

    /// <summary>
    /// The answer to a payment of a session that is open no more: the second click of a buyer who has paid goes where
    /// the first went.
    /// </summary>
    private static IResult Repeat(JsonObject? session) => session?.Text("status") switch
    {
        null => NotFound(),
        "complete" => new SeeOther(SuccessUrl(session)),
        _ => Expired(session),
    };

    private static IResult Pay(StripeWork work, JsonObject session, CheckoutForm form)
    {
        if (form.IsAuthenticated is { } isOwner)
        {
            return CardPayment.Authenticate(work, session, isOwner) is { } answered
                ? Answer(session, answered)
                : Page(400, CheckoutHtml.Form(session, "There is no payment to authenticate."));
        }

        if (form.HasBadEmail)
        {
            return Page(400, CheckoutHtml.Form(session, "Your email is invalid."));
        }

        return form.IsBankAccount ? PayByBank(work, session, form) : PayByCard(work, session, form);
    }

    private static IResult PayByCard(StripeWork work, JsonObject session, CheckoutForm form)
    {
        if (!Offers(session, "card") || form.CardNumber is null)
        {
            return Page(400, CheckoutHtml.Form(session, form.CardNumber is null ? "Your card number is incomplete."
                : "Cards are not accepted here."));
        }

        var card = TestCard.Of(form.CardNumber);
        return Answer(session, CardPayment.Attempt(work, session, card, form.Flaw(card), form.Buyer));
    }

    private static IResult PayByBank(StripeWork work, JsonObject session, CheckoutForm form)
    {
        if (!Offers(session, BankPayment.Method) || !BankPayment.IsKnown(form.AccountNumber))
        {
            return Page(400, CheckoutHtml.Form(session, "This bank account cannot be used here."));
        }

        return Answer(session, BankPayment.Attempt(work, session, form.AccountNumber, form.Buyer));
    }

    private static bool Offers(JsonObject session, string method) =>
        session["payment_method_types"]!.AsArray().Any(offered => (string?)offered == method);

    private static IResult Answer(JsonObject session, PayResult result) => result switch
    {
        PayResult.Bought => new SeeOther(SuccessUrl(session)),
        PayResult.Declined declined => Page(402, CheckoutHtml.Form(session, declined.Decline.Message)),
        PayResult.SecondStep => Page(200, CheckoutHtml.SecondStep(session)),
        _ => throw new InvalidOperationException($"{result} has no page."),
    };

    private static string SuccessUrl(JsonObject session) =>
        session.Text("success_url")!.Replace("{CHECKOUT_SESSION_ID}", session.Id(), StringComparison.Ordinal);

    private static IResult NotFound() =>
        Page(404, CheckoutHtml.Notice("Nothing to pay here", "The page you were looking for could not be found."));

    private static IResult Expired(JsonObject session) => Page(
        410, CheckoutHtml.Notice("This page has expired", "Nothing was paid. Go back and start again.", session.Text("cancel_url")));

    private static IResult Page(int status, string html) => Results.Content(html, "text/html; charset=utf-8", statusCode: status);
}
