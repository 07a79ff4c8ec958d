using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Pays an open session by card.</summary>
internal static class CardPayment
{
    /// <summary>
    /// An attempt with a card as typed; a flaw is an error in the typed expiry or security
    /// code.
    /// </summary>
    public static PayResult Attempt(StripeWork work, JsonObject session, TestCard card, Decline? flaw, Buyer buyer)
    {
        var intent = PaymentIntents.Of(work, session);
        session.HiddenPart().Remove("second_step");
        work.Put(session);
        if (flaw is null && card.AsksForSecondStep)
        {
            AskForSecondStep(work, session, intent, card, buyer);
            return new PayResult.SecondStep();
        }

        return Finish(work, session, intent, card, flaw ?? card.Decline, buyer);
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
        var card = TestCard.Of(asked.Text("number")!);
        if (!isOwner)
        {
            PaymentIntents.FailAttempt(work, intent, Decline.AuthenticationFailed, "card", null);
            return new PayResult.Declined(Decline.AuthenticationFailed);
        }

        return Finish(work, session, intent, card, card.Decline, new Buyer(asked.Text("email")!, asked.Text("name")));
    }

    private static void AskForSecondStep(StripeWork work, JsonObject session, JsonObject intent, TestCard card, Buyer buyer)
    {
        session.HiddenPart()["second_step"] = new JsonObject { ["number"] = card.Number, ["email"] = buyer.Email, ["name"] = buyer.Name };
        intent["status"] = "requires_action";
        intent["next_action"] = new JsonObject
        {
            ["type"] = "use_stripe_sdk",
            ["use_stripe_sdk"] = new JsonObject { ["type"] = "three_d_secure_redirect" },
        };
        work.Put(intent);
        work.Emit("payment_intent.requires_action", intent);
    }

    private static PayResult Finish(StripeWork work, JsonObject session, JsonObject intent, TestCard card, Decline? decline, Buyer buyer)
    {
        var charge = Charges.New(work, intent, buyer, "card", Details(card, work.Now));
        if (decline is not null)
        {
            Charges.Fail(work, charge, decline);
            PaymentIntents.FailAttempt(work, intent, decline, "card", charge.Id());
            return new PayResult.Declined(decline);
        }

        NameBuyer(work, session, intent, charge, buyer);
        charge.HiddenPart()["refunds"] = card.Refunds.ToString();
        Charges.Succeed(work, charge);
        PaymentIntents.Succeed(work, intent, charge);
        CheckoutSessions.Complete(work, session, intent, "paid");
        Charges.Book(work, charge);
        if (card.DisputeReason is not null)
        {
            Disputes.Open(work, charge, charge.Number("amount"), card.DisputeReason, card.IsInquiry);
        }

        if (card.WarnsOfFraud)
        {
            FraudWarnings.Open(work, charge);
        }

        return new PayResult.Bought();
    }

    /// <summary>Puts the buyer into the session, as a customer where one was asked for.</summary>
    public static void NameBuyer(StripeWork work, JsonObject session, JsonObject intent, JsonObject charge, Buyer buyer)
    {
        session["customer_details"] = CheckoutSessions.CustomerDetails(buyer.Email, buyer.Name);
        if (session.Text("customer_creation") == "always" && session.Text("customer") is null)
        {
            var customer = Customers.CreateFromCheckout(work, buyer.Email, buyer.Name);
            session["customer"] = customer.Id();
            intent["customer"] = customer.Id();
            charge["customer"] = customer.Id();
        }
    }

    private static JsonObject Details(TestCard card, DateTimeOffset now) => new()
    {
        ["amount_authorized"] = null,
        ["authorization_code"] = null,
        ["brand"] = card.Brand,
        ["checks"] = new JsonObject { ["address_line1_check"] = null, ["address_postal_code_check"] = null, ["cvc_check"] = "pass" },
        ["country"] = "US",
        ["exp_month"] = 12L,
        ["exp_year"] = (long)now.Year + 3,
        ["fingerprint"] = StripeIds.Random(16),
        ["funding"] = "credit",
        ["installments"] = null,
        ["last4"] = card.Last4,
        ["mandate"] = null,
        ["network"] = card.Brand,
        ["three_d_secure"] = card.AsksForSecondStep ? new JsonObject { ["result"] = "authenticated", ["version"] = "2.2.0" } : null,
        ["wallet"] = null,
    };
}
