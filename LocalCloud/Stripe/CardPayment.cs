using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Pays an open session by card.</summary>
internal static class CardPayment
{
    /// <summary>An attempt with a card as typed.</summary>
    public static PayResult Attempt(StripeWork work, JsonObject session, TypedCard typed, Buyer buyer)
    {
        var intent = PaymentIntents.Of(work, session);
        session.HiddenPart().Remove("second_step");
        work.Put(session);
        if (typed is { Flaw: null, Card.AsksForSecondStep: true })
        {
            AskForSecondStep(work, session, intent, typed, buyer);
            return new PayResult.SecondStep();
        }

        return Finish(work, session, intent, typed, buyer);
    }

    /// <summary>The buyer's answer to the bank's authentication step.</summary>
    /// <returns>Null when there was none.</returns>
    public static PayResult? Authenticate(StripeWork work, JsonObject session, bool isOwner)
    {
        if (session.HiddenPart()["second_step"] is not JsonObject asked)
        {
            return null;
        }

        session.HiddenPart().Remove("second_step");
        work.Put(session);
        var intent = PaymentIntents.Of(work, session);
        var buyer = new Buyer(asked.Text("email")!, asked.Text("name"));
        var typed = new TypedCard(TestCard.Of(asked.Text("number")!), (int)asked.Number("exp_month"), (int)asked.Number("exp_year"),
            asked.Flag("keep"));
        if (!isOwner)
        {
            PaymentIntents.FailAttempt(
                work, intent, Decline.AuthenticationFailed, PaymentMethod.NewCard(work, typed, buyer), charge: null);
            return new PayResult.Declined(Decline.AuthenticationFailed);
        }

        return Finish(work, session, intent, typed, buyer);
    }

    private static void AskForSecondStep(StripeWork work, JsonObject session, JsonObject intent, TypedCard typed, Buyer buyer)
    {
        session.HiddenPart()["second_step"] = new JsonObject
        {
            ["number"] = typed.Card.Number,
            ["exp_month"] = (long)typed.ExpMonth,
            ["exp_year"] = (long)typed.ExpYear,
            ["keep"] = typed.IsToBeKept,
            ["email"] = buyer.Email,
            ["name"] = buyer.Name,
        };
        PaymentIntents.RequireAction(work, intent, returnUrl: null);
    }

    private static PayResult Finish(StripeWork work, JsonObject session, JsonObject intent, TypedCard typed, Buyer buyer)
    {
        var method = PaymentMethod.NewCard(work, typed, buyer);
        var isSaved = SavedCards.AreKeptBy(session, intent, typed);
        var decline = typed.Flaw ?? (isSaved && typed.Card.IsDeclinedOnceSaved ? null : typed.Card.Decline);
        if (decline is not null)
        {
            CardCharge.Fail(work, intent, method, decline);
            return new PayResult.Declined(decline);
        }

        NameBuyer(work, session, buyer);
        intent["customer"] = session.Text("customer");
        if (isSaved)
        {
            SavedCards.Keep(work, session, intent, typed, method);
        }

        var charge = CardCharge.Succeed(work, intent, method);
        Invoices.Create(work, session, charge);
        CheckoutSessions.Complete(work, session, intent, "paid");
        CardCharge.Follow(work, charge, typed.Card);
        return new PayResult.Bought();
    }

    /// <summary>Puts the buyer into the session, as a customer where one was asked for.</summary>
    public static void NameBuyer(StripeWork work, JsonObject session, Buyer buyer)
    {
        session["customer_details"] =
            CheckoutSessions.CustomerDetails(buyer.Email, buyer.Name, SessionTax.AddressOf(work, session));
        var isCustomer = session.Text("customer_creation") == "always" || Invoices.IsAskedFor(session);
        if (isCustomer && session.Text("customer") is null)
        {
            var customer = Customers.CreateFromCheckout(work, buyer.Email, buyer.Name);
            session["customer"] = customer.Id();
        }

        SessionTax.UpdateCustomer(work, session, buyer);
    }
}
