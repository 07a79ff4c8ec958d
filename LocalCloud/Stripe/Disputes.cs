using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/disputes</c>, opened by a test card or by the control port.</summary>
internal static class Disputes
{
    private const string Kind = "dispute";
    private const long Fee = 1500;

    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromDays(9);

    public static void Map(WebApplication app)
    {
        app.MapStripe("GET", "/v1/disputes/{id}", call => call.Work.Find(call.Id, Kind) ?? throw StripeError.NotFound(Kind, call.Id));
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

        var dispute = New(work, charge, amount, reason, isInquiry);
        work.Put(dispute);
        charge["disputed"] = true;
        work.Put(charge);
        work.Emit("charge.dispute.created", dispute);
        if (!isInquiry)
        {
            Move(dispute, work, -amount, Fee);
            work.Emit("charge.dispute.funds_withdrawn", dispute);
        }

        return dispute;
    }

    /// <summary>Closes a dispute with the bank's decision.</summary>
    public static JsonObject Close(StripeWork work, string id, bool isWon)
    {
        var dispute = work.Find(id, Kind) ?? throw StripeError.NotFound(Kind, id);
        var status = dispute.Text("status")!;
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
        var dispute = work.Find(id, Kind) ?? throw StripeError.NotFound(Kind, id);
        if (dispute.Text("status") != "lost")
        {
            throw new StripeError(409, $"Dispute {id} is not lost: {dispute.Text("status")}.");
        }

        dispute["status"] = "appeal_needs_response";
        work.Put(dispute);
        work.Emit("charge.dispute.updated", dispute, new JsonObject { ["status"] = "lost" });
        return dispute;
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

    private static JsonObject New(StripeWork work, JsonObject charge, long amount, string reason, bool isInquiry) => new()
    {
        ["id"] = StripeIds.New("dp"),
        ["object"] = Kind,
        ["amount"] = amount,
        ["balance_transactions"] = new JsonArray(),
        ["charge"] = charge.Id(),
        ["created"] = work.NowSeconds,
        ["currency"] = charge.Text("currency"),
        ["enhanced_eligibility_types"] = new JsonArray(),
        ["evidence"] = new JsonObject(),
        ["evidence_details"] = new JsonObject
        {
            ["due_by"] = (work.Now + TimeToAnswer).ToUnixTimeSeconds(),
            ["enhanced_eligibility"] = new JsonObject(),
            ["has_evidence"] = false,
            ["past_due"] = false,
            ["submission_count"] = 0L,
        },
        ["is_charge_refundable"] = isInquiry,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["network_reason_code"] = null,
        ["payment_intent"] = charge.Text("payment_intent"),
        ["payment_method_details"] = new JsonObject
        {
            ["card"] = new JsonObject
            {
                ["brand"] = "visa",
                ["case_type"] = isInquiry ? "inquiry" : "chargeback",
                ["network"] = "visa",
                ["network_reason_code"] = null,
            },
            ["type"] = "card",
        },
        ["reason"] = reason,
        ["status"] = isInquiry ? "warning_needs_response" : "needs_response",
    };
}
