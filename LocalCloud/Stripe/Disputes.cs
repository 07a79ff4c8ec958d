using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/disputes</c>, opened by a test card or by the control port.</summary>
internal static class Disputes
{
    public const string Kind = "dispute";
    private const long Fee = 1500;

    public static void Map(WebApplication app)
    {
        app.MapStripe("GET", "/v1/disputes/{id}", call => Load(call.Work, call.Id));
        app.MapStripe("POST", "/v1/disputes/{id}", call => DisputeEvidence.Update(call, Load(call.Work, call.Id)));
        app.MapStripe("POST", "/v1/disputes/{id}/close", Accept);
        app.MapStripe("GET", "/v1/disputes", call =>
        {
            call.Params.Allow([.. StripePaging.Params, "charge", "payment_intent"]);
            var (charge, intent) = (call.Params.Text("charge"), call.Params.Text("payment_intent"));
            return StripePaging.Page(call, Kind, "/v1/disputes", dispute => (charge is null || dispute.Text("charge") == charge)
                && (intent is null || dispute.Text("payment_intent") == intent));
        });
    }

    /// <summary>Opens a dispute as the owner's bank does; a full one withdraws the money at once, an inquiry withdraws none.</summary>
    public static JsonObject Open(StripeWork work, JsonObject charge, long amount, string reason, bool isInquiry)
    {
        if (charge.Flag("disputed"))
        {
            throw new StripeError(409, $"Charge {charge.Id()} is disputed already.");
        }

        if (amount > charge.Number("amount"))
        {
            throw new StripeError(400, $"amount must be at most {charge.Number("amount")}", null, "amount");
        }

        var dispute = DisputeFields.New(work, charge, amount, reason, isInquiry);
        work.Put(dispute);
        charge["disputed"] = true;
        work.Put(charge);
        work.Emit("charge.dispute.created", dispute);
        if (!isInquiry)
        {
            Withdraw(work, dispute);
        }

        FraudWarnings.Review(work, charge);
        return dispute;
    }

    /// <summary>An inquiry becomes a chargeback, which withdraws the money.</summary>
    public static void Escalate(StripeWork work, JsonObject dispute)
    {
        var before = dispute.Shown();
        dispute["status"] = "needs_response";
        dispute["is_charge_refundable"] = false;
        dispute["payment_method_details"]!["card"]!["case_type"] = "chargeback";
        work.Put(dispute);
        work.Emit("charge.dispute.updated", dispute, StripeJson.Changed(before, dispute));
        Withdraw(work, dispute);
    }

    /// <summary>Closes a dispute with the bank's decision.</summary>
    public static JsonObject Close(StripeWork work, string id, bool isWon)
    {
        var dispute = Load(work, id);
        var status = dispute.Text("status")!;
        ScheduledTasks.Cancel(work, StripeTask.DecideDispute, id);
        if (status is "won" or "lost" or "warning_closed")
        {
            throw new StripeError(409, $"Dispute {id} is closed already: {status}.");
        }

        var isInquiry = status.StartsWith("warning_", StringComparison.Ordinal);
        if (isInquiry && !isWon)
        {
            throw new StripeError(400, $"Dispute {id} is an inquiry: it can only be won.", null, "status");
        }

        dispute["status"] = isInquiry ? "warning_closed" : isWon ? "won" : "lost";
        dispute["is_charge_refundable"] = isWon;
        work.Put(dispute);
        work.Emit("charge.dispute.closed", dispute);
        if (isWon && !isInquiry)
        {
            Move(dispute, work, dispute.Number("amount"), -Fee);
            work.Emit("charge.dispute.funds_reinstated", dispute);
        }

        return dispute;
    }

    /// <summary>Appeals a lost dispute to the card network; it is closed again by its decision.</summary>
    public static JsonObject Appeal(StripeWork work, string id)
    {
        var dispute = Load(work, id);
        if (dispute.Text("status") != "lost")
        {
            throw new StripeError(409, $"Dispute {id} is not lost: {dispute.Text("status")}.");
        }

        DisputeEvidence.Open(work, dispute, "appeal_needs_response");
        return dispute;
    }

    /// <summary>Answers the bank as a person does at the dashboard: the dispute, inquiry or appeal is then under review.</summary>
    public static JsonObject Review(StripeWork work, string id)
    {
        var dispute = Load(work, id);
        if (!DisputeEvidence.IsAskedFor(dispute))
        {
            throw new StripeError(409, $"Dispute {id} needs no response: {dispute.Text("status")}.");
        }

        var before = dispute.Shown();
        DisputeEvidence.Submit(work, dispute);
        work.Put(dispute);
        work.Emit("charge.dispute.updated", dispute, StripeJson.Changed(before, dispute));
        return dispute;
    }

    private static JsonObject Accept(StripeCall call)
    {
        call.Params.Allow();
        var status = Load(call.Work, call.Id).Text("status");
        return status == "needs_response"
            ? Close(call.Work, call.Id, isWon: false)
            : throw new StripeError(400, $"You cannot close a dispute with the status `{status}`.");
    }

    private static JsonObject Load(StripeWork work, string id) => work.Find(id, Kind) ?? throw StripeError.NotFound(Kind, id);

    private static void Withdraw(StripeWork work, JsonObject dispute)
    {
        Move(dispute, work, -dispute.Number("amount"), Fee);
        work.Emit("charge.dispute.funds_withdrawn", dispute);
    }

    private static void Move(JsonObject dispute, StripeWork work, long amount, long fee)
    {
        dispute["balance_transactions"]!.AsArray().Add((JsonNode)new JsonObject
        {
            ["id"] = StripeIds.New("txn"),
            ["object"] = "balance_transaction",
            ["amount"] = amount,
            ["available_on"] = work.NowSeconds,
            ["created"] = work.NowSeconds,
            ["currency"] = dispute.Text("currency"),
            ["description"] = amount < 0 ? $"Chargeback withdrawal for {dispute.Text("charge")}"
                : $"Chargeback reversal for {dispute.Text("charge")}",
            ["fee"] = fee,
            ["fee_details"] = new JsonArray(new JsonObject
            {
                ["amount"] = fee,
                ["application"] = null,
                ["currency"] = dispute.Text("currency"),
                ["description"] = "Dispute fee",
                ["type"] = "stripe_fee",
            }),
            ["net"] = amount - fee,
            ["reporting_category"] = amount < 0 ? "dispute" : "dispute_reversal",
            ["source"] = dispute.Id(),
            ["status"] = "available",
            ["type"] = "adjustment",
        });
        work.Put(dispute);
    }
}
