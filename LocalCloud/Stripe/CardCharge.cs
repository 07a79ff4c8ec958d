using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Charges a card for a payment intent, with what follows from it.</summary>
internal static class CardCharge
{
    /// <summary>The bank declines.</summary>
    public static void Fail(StripeWork work, JsonObject intent, JsonObject method, Decline decline)
    {
        var charge = Charges.New(work, intent, method, Details(intent, method));
        Charges.Fail(work, charge, decline);
        PaymentIntents.FailAttempt(work, intent, decline, method, charge.Id());
    }

    /// <summary>The bank pays.</summary>
    public static JsonObject Succeed(StripeWork work, JsonObject intent, JsonObject method)
    {
        var charge = Charges.New(work, intent, method, Details(intent, method));
        charge.HiddenPart()["refunds"] = PaymentMethod.CardOf(method).Refunds.ToString();
        PaymentMethod.UseUp(work, method);
        Charges.Succeed(work, charge);
        PaymentIntents.Succeed(work, intent, charge);
        return charge;
    }

    /// <summary>Books the money, and lets the owner dispute or the network warn where the card does so.</summary>
    public static void Follow(StripeWork work, JsonObject charge, TestCard card)
    {
        Charges.Book(work, charge);
        if (card.DisputeReason is not null)
        {
            Disputes.Open(work, charge, charge.Number("amount"), card.DisputeReason, card.IsInquiry);
        }

        if (card.WarnsOfFraud)
        {
            FraudWarnings.Open(work, charge);
        }
    }

    private static JsonObject Details(JsonObject intent, JsonObject method)
    {
        var card = method["card"]!.AsObject();
        return new JsonObject
        {
            ["amount_authorized"] = null,
            ["authorization_code"] = null,
            ["brand"] = card.Text("brand"),
            ["checks"] = new JsonObject { ["address_line1_check"] = null, ["address_postal_code_check"] = null, ["cvc_check"] = "pass" },
            ["country"] = card.Text("country"),
            ["electronic_commerce_indicator"] = null,
            ["exp_month"] = card.Number("exp_month"),
            ["exp_year"] = card.Number("exp_year"),
            ["fingerprint"] = card.Text("fingerprint"),
            ["funding"] = card.Text("funding"),
            ["installments"] = null,
            ["last4"] = card.Text("last4"),
            ["mandate"] = null,
            ["network"] = card.Text("brand"),
            ["network_transaction_id"] = null,
            ["regulated_status"] = "unregulated",
            ["three_d_secure"] = PaymentMethod.CardOf(method).AsksForSecondStep && !intent.HiddenPart().Flag("off_session")
                ? new JsonObject { ["result"] = "authenticated", ["version"] = "2.2.0" }
                : null,
            ["transaction_link_id"] = null,
            ["wallet"] = null,
        };
    }
}
