using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/refunds</c>.</summary>
internal static class Refunds
{
    private const string Kind = "refund";

    private static readonly TimeSpan LaterCourse = TimeSpan.FromSeconds(2);

    public static void Map(WebApplication app)
    {
        app.MapStripe("POST", "/v1/refunds", Create);
        app.MapStripe("GET", "/v1/refunds", List);
        app.MapStripe("GET", "/v1/refunds/{id}", call => Load(call));
        app.MapStripe("POST", "/v1/refunds/{id}", Update);
        app.MapStripe("POST", "/v1/refunds/{id}/cancel", Cancel);
    }

    /// <summary>Refunds part of a charge, or without an amount all that is left of it.</summary>
    public static JsonObject Create(StripeWork work, JsonObject charge, long? amount, string? reason, JsonObject metadata)
    {
        var left = charge.Number("amount_captured") - charge.Number("amount_refunded");
        if (HoldsMoney(work, charge))
        {
            throw new StripeError(400, $"Charge {charge.Id()} has been charged back; cannot issue a refund.", "charge_disputed");
        }

        if (left == 0)
        {
            throw new StripeError(400, $"Charge {charge.Id()} has already been refunded.", "charge_already_refunded");
        }

        if (amount > left)
        {
            var currency = charge.Text("currency")!;
            throw new StripeError(400, $"Refund amount ({Currencies.Show(amount.Value, currency)}) is greater than unrefunded amount on "
                + $"charge ({Currencies.Show(left, currency)})", null, "amount");
        }

        var course = Enum.Parse<RefundScenario>(charge.HiddenPart().Text("refunds") ?? nameof(RefundScenario.AtOnce));
        var refund = New(work, charge, amount ?? left, reason, metadata, course == RefundScenario.PendingThenSucceeds ? "pending"
            : "succeeded");
        work.Put(refund);
        Count(work, charge, refund.Number("amount"));
        work.Emit("refund.created", refund);
        work.Emit("charge.refunded", charge);
        FraudWarnings.Review(work, charge);
        if (course != RefundScenario.AtOnce)
        {
            var task = course == RefundScenario.PendingThenSucceeds ? StripeTask.SucceedRefund : StripeTask.FailRefund;
            ScheduledTasks.Plan(work, work.Now + LaterCourse, task, refund.Id());
        }

        return refund;
    }

    public static void Succeed(StripeWork work, JsonObject refund)
    {
        if (refund.Text("status") == "pending")
        {
            Become(work, refund, "succeeded", null);
        }
    }

    /// <summary>The bank could not pay out: the charge is not refunded any more.</summary>
    public static void Fail(StripeWork work, JsonObject refund, string reason)
    {
        Become(work, refund, "failed", reason);
        work.Emit("refund.failed", refund);
        Count(work, work.Get(refund.Text("charge")!), -refund.Number("amount"));
    }

    /// <summary>The charge that a refund or a dispute refers to.</summary>
    public static JsonObject ChargeOf(StripeWork work, string intentId)
    {
        var intent = work.Find(intentId, PaymentIntents.Kind) ?? throw StripeError.NoSuch(PaymentIntents.Kind, intentId, "payment_intent");
        return intent.Text("status") == "succeeded"
            ? work.Get(intent.Text("latest_charge")!)
            : throw new StripeError(400, $"This PaymentIntent ({intentId}) does not have a successful charge to refund.",
                "charge_not_refundable", "payment_intent");
    }

    private static JsonObject Create(StripeCall call)
    {
        var (work, parameters) = (call.Work, call.Params);
        parameters.Allow("payment_intent", "charge", "amount", "reason", "metadata", "currency", "instructions_email");
        var amount = parameters.Integer("amount", 1);
        var reason = parameters.OneOf("reason", "duplicate", "fraudulent", "requested_by_customer");
        var metadata = StripeMetadata.New(parameters);
        var (intentId, chargeId) = (parameters.Text("payment_intent"), parameters.Text("charge"));
        if (intentId is null == chargeId is null)
        {
            throw StripeError.Invalid(
                intentId is null
                    ? "One of the following params should be provided for this request: payment_intent or charge."
                    : "You may only specify one of these parameters: charge, payment_intent.",
                intentId is null ? "parameter_missing" : null,
                "payment_intent");
        }

        var charge = intentId is not null
            ? ChargeOf(work, intentId)
            : work.Find(chargeId!, Charges.Kind) ?? throw StripeError.NoSuch(Charges.Kind, chargeId!, "charge");
        return Create(work, charge, amount, reason, metadata);
    }

    private static JsonObject Update(StripeCall call)
    {
        call.Params.Allow("metadata");
        var refund = Load(call);
        StripeMetadata.Change(refund, call.Params);
        call.Work.Put(refund);
        call.Work.Emit("refund.updated", refund, []);
        return refund;
    }

    private static JsonObject Cancel(StripeCall call)
    {
        call.Params.Allow();
        var refund = Load(call);
        if (refund.Text("status") is not ("pending" or "requires_action"))
        {
            throw new StripeError(400, $"Refunds with a status of `{refund.Text("status")}` cannot be canceled.");
        }

        ScheduledTasks.Cancel(call.Work, StripeTask.SucceedRefund, refund.Id());
        Become(call.Work, refund, "canceled", null);
        Count(call.Work, call.Work.Get(refund.Text("charge")!), -refund.Number("amount"));
        return refund;
    }

    private static JsonObject List(StripeCall call)
    {
        call.Params.Allow([.. StripePaging.Params, "charge", "payment_intent"]);
        var (charge, intent) = (call.Params.Text("charge"), call.Params.Text("payment_intent"));
        return StripePaging.Page(call, Kind, "/v1/refunds", refund => (charge is null || refund.Text("charge") == charge)
            && (intent is null || refund.Text("payment_intent") == intent));
    }

    private static JsonObject Load(StripeCall call) => call.Work.Find(call.Id, Kind) ?? throw StripeError.NotFound(Kind, call.Id);

    private static bool HoldsMoney(StripeWork work, JsonObject charge) => work.PeekAll("dispute").Any(dispute =>
        dispute.Text("charge") == charge.Id() && dispute.Text("status") is "needs_response" or "under_review" or "lost"
            or "appeal_needs_response" or "appeal_under_review");

    private static void Become(StripeWork work, JsonObject refund, string status, string? failureReason)
    {
        var previous = new JsonObject { ["status"] = refund.Text("status") };
        refund["status"] = status;
        refund["pending_reason"] = null;
        if (failureReason is not null)
        {
            refund["failure_reason"] = failureReason;
            refund["failure_balance_transaction"] = StripeIds.New("txn");
        }

        work.Put(refund);
        work.Emit("refund.updated", refund, previous);
    }

    private static void Count(StripeWork work, JsonObject charge, long amount)
    {
        var refunded = charge.Number("amount_refunded") + amount;
        charge["amount_refunded"] = refunded;
        charge["refunded"] = refunded == charge.Number("amount");
        work.Put(charge);
    }

    private static JsonObject New(StripeWork work, JsonObject charge, long amount, string? reason, JsonObject metadata, string status) =>
        new()
        {
            ["id"] = StripeIds.New("re"),
            ["object"] = Kind,
            ["amount"] = amount,
            ["balance_transaction"] = StripeIds.New("txn"),
            ["charge"] = charge.Id(),
            ["created"] = work.NowSeconds,
            ["currency"] = charge.Text("currency"),
            ["customer"] = charge.Text("customer"),
            ["destination_details"] = new JsonObject { ["card"] = new JsonObject { ["type"] = "refund" }, ["type"] = "card" },
            ["failure_balance_transaction"] = null,
            ["failure_reason"] = null,
            ["instructions_email"] = null,
            ["metadata"] = metadata,
            ["next_action"] = null,
            ["payment_intent"] = charge.Text("payment_intent"),
            ["payment_method"] = charge.Text("payment_method"),
            ["pending_reason"] = status == "pending" ? "processing" : null,
            ["reason"] = reason,
            ["receipt_number"] = null,
            ["source_transfer_reversal"] = null,
            ["status"] = status,
            ["transfer_reversal"] = null,
        };
}
