using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The hosted checkout page, for browsers and curl.</summary>
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
                return Page(415, HostedHtml.Notice("Something is missing", "Post card_number, exp, cvc and email as a form."));
            }

            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return store.Run(work =>
            {
                work.Base = HostedPage.BaseOf(context);
                return work.Find(id, CheckoutSessions.Kind) is { } session && session.Text("status") == "open"
                    ? Pay(work, session, new CheckoutForm(form, session["customer_details"]?.AsObject().Text("email"), work.Now))
                    : Repeat(work.Find(id, CheckoutSessions.Kind));
            });
        });
    }

    private static IResult Show(JsonObject? session) => session?.Text("status") switch
    {
        null => HostedPage.NotFound(),
        "open" when session.HiddenPart().ContainsKey("second_step") => Page(200, CheckoutHtml.SecondStep(session)),
        "open" => Page(200, CheckoutHtml.Form(session)),
        "complete" => Page(200, HostedHtml.Notice("You have paid already", "This order is complete.", SuccessUrl(session))),
        _ => Expired(session),
    };

    /// <summary>
    /// The response to a payment of a session that is not open any more: a repeated submission after the payment
    /// redirects like the first.
    /// </summary>
    private static IResult Repeat(JsonObject? session) => session?.Text("status") switch
    {
        null => HostedPage.NotFound(),
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

        if (ChangeDiscount(work, session, form) is { } problem)
        {
            return Page(400, CheckoutHtml.Form(session, problem));
        }

        if (!form.Pays)
        {
            return Page(200, CheckoutHtml.Form(session));
        }

        if (!Discounts.StillHolds(work, session))
        {
            Discounts.Remove(work, session);
            return Page(400, CheckoutHtml.Form(session, "The code is not valid any more."));
        }

        SessionTax.Locate(work, session, form.Address);
        if (session.Number("amount_total") == 0)
        {
            CardPayment.NameBuyer(work, session, form.Buyer);
            CheckoutSessions.Complete(work, session, intent: null, "no_payment_required");
            return new SeeOther(SuccessUrl(session));
        }

        return form.IsBankAccount ? PayByBank(work, session, form) : PayByCard(work, session, form);
    }

    /// <returns>Why the typed code cannot be used, or null.</returns>
    private static string? ChangeDiscount(StripeWork work, JsonObject session, CheckoutForm form)
    {
        if (!session.Flag("allow_promotion_codes"))
        {
            return form.PromotionCode is null ? null : "Codes are not accepted here.";
        }

        if (form.RemovesPromotionCode)
        {
            Discounts.Remove(work, session);
        }

        return form.PromotionCode is { } code ? Discounts.Enter(work, session, code) : null;
    }

    private static IResult PayByCard(StripeWork work, JsonObject session, CheckoutForm form)
    {
        if (form.Card is not { } card || !Offers(session, "card"))
        {
            return Page(400, CheckoutHtml.Form(session, form.Card is null ? "Your card number is incomplete."
                : "Cards are not accepted here."));
        }

        return Answer(session, CardPayment.Attempt(work, session, card, form.Buyer));
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

    private static IResult Expired(JsonObject session) => Page(
        410, HostedHtml.Notice("This page has expired", "Nothing was paid. Go back and start again.", session.Text("cancel_url")));

    private static IResult Page(int status, string html) => HostedPage.Of(status, html);
}
