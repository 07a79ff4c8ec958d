using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>What a dispute consists of.</summary>
internal static class DisputeFields
{
    public static JsonObject New(StripeWork work, JsonObject charge, long amount, string reason, bool isInquiry) => new()
    {
        ["id"] = StripeIds.New("dp"),
        ["object"] = Disputes.Kind,
        ["amount"] = amount,
        ["balance_transactions"] = new JsonArray(),
        ["charge"] = charge.Id(),
        ["created"] = work.NowSeconds,
        ["currency"] = charge.Text("currency"),
        ["enhanced_eligibility_types"] = new JsonArray(),
        ["evidence"] = DisputeEvidence.Empty(charge),
        ["evidence_details"] = new JsonObject
        {
            ["due_by"] = (work.Now + DisputeEvidence.TimeToAnswer).ToUnixTimeSeconds(),
            ["enhanced_eligibility"] = new JsonObject(),
            ["has_evidence"] = false,
            ["past_due"] = false,
            ["submission_count"] = 0L,
            ["submission_method"] = "not_submitted",
        },
        ["intended_submission_method"] = null,
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
