using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Pays an open session from a bank account: completed at once, paid or rejected later.</summary>
internal static class BankPayment
{
    public const string Method = "us_bank_account";
    public const string Succeeds = "000123456789";
    public const string NotFound = "000111111116";
    public const string NoFunds = "000222222227";
    public const string StaysProcessing = "000999999991";

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static bool IsKnown(string account) => account is Succeeds or NotFound or NoFunds or StaysProcessing;

    public static PayResult Attempt(StripeWork work, JsonObject session, string account, Buyer buyer)
    {
        var intent = PaymentIntents.Of(work, session);
        session.HiddenPart().Remove("second_step");
        CardPayment.NameBuyer(work, session, buyer);
        intent["customer"] = session.Text("customer");
        var details = new JsonObject
        {
            ["account_holder_type"] = "individual",
            ["account_type"] = "checking",
            ["bank_name"] = "STRIPE TEST BANK",
            ["fingerprint"] = PaymentMethod.Fingerprint(account),
            ["last4"] = account[^4..],
            ["routing_number"] = "110000000",
        };
        var method = PaymentMethod.NewBankAccount(work, details, buyer);
        var charge = Charges.New(work, intent, method, details.DeepClone().AsObject());
        charge.HiddenPart()["account"] = account;
        work.Put(charge);
        work.Emit("charge.pending", charge);
        intent["status"] = "processing";
        intent["next_action"] = null;
        intent["latest_charge"] = charge.Id();
        intent["payment_method"] = charge.Text("payment_method");
        work.Put(intent);
        work.Emit("payment_intent.processing", intent);
        CheckoutSessions.Complete(work, session, intent, "unpaid");
        if (account != StaysProcessing)
        {
            ScheduledTasks.Plan(work, work.Now + Settling, StripeTask.SettleBankDebit, charge.Id());
        }

        return new PayResult.Bought();
    }

    /// <summary>The bank's answer, days later in the real world.</summary>
    public static void Settle(StripeWork work, JsonObject charge)
    {
        var intent = work.Get(charge.Text("payment_intent")!);
        var session = work.Get(intent.HiddenPart().Text("session")!);
        var refusal = charge.HiddenPart().Text("account") switch
        {
            NotFound => new Decline("no_account", null, "The bank account could not be located."),
            NoFunds => new Decline("insufficient_funds", null, "The customer's account has insufficient funds to cover this payment."),
            _ => null,
        };
        if (refusal is null)
        {
            Charges.Succeed(work, charge);
            PaymentIntents.Succeed(work, intent, charge);
            Invoices.Create(work, session, charge);
            session["payment_status"] = "paid";
            work.Put(session);
            work.Emit("checkout.session.async_payment_succeeded", session);
            Charges.Book(work, charge);
            return;
        }

        Charges.Fail(work, charge, refusal);
        PaymentIntents.FailAttempt(work, intent, refusal, work.Get(charge.Text("payment_method")!), charge.Id());
        work.Emit("checkout.session.async_payment_failed", session);
    }
}
