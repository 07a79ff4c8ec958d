using System.Globalization;
using System.Text.Json.Nodes;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Stripe's events about things that did not happen: nothing of them may move a cent.</summary>
internal static class StripeEvents
{
    private static readonly string[] Types =
    [
        "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
        "checkout.session.expired", "charge.refunded", "charge.dispute.created", "charge.dispute.closed", "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated", "refund.created", "refund.updated", "refund.failed", "payment_intent.succeeded", "invoice.paid",
    ];

    public static JsonObject Create(FuzzCase sample)
    {
        var type = sample.Pick(Types);
        var id = string.Create(CultureInfo.InvariantCulture, $"evt_fuzz{sample.World.Seed}x{sample.Number}");
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = "2025-09-30.clover",
            ["created"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
            ["type"] = type,
            ["data"] = new JsonObject { ["object"] = Subject(sample, type) },
        };
    }

    private static JsonObject Subject(FuzzCase sample, string type)
    {
        if (type.StartsWith("checkout.", StringComparison.Ordinal))
        {
            return new JsonObject
            {
                ["id"] = sample.Pick([sample.Actor.OpenSession, sample.Actor.PaidSession, "cs_test_unknown", $"cs_test_{sample.Number}"]),
                ["object"] = "checkout.session",
                ["payment_status"] = "paid",
                ["status"] = "complete",
                ["amount_total"] = 99_999_999,
                ["currency"] = "usd",
                ["mode"] = "payment",
                ["payment_intent"] = sample.Pick(["pi_unknown", sample.Actor.Payment]),
                ["metadata"] = new JsonObject { ["uid"] = sample.Actor.User.Uid, ["credits"] = "99999999" },
            };
        }
        var kind = type.StartsWith("charge.dispute", StringComparison.Ordinal) ? "dispute"
            : type.StartsWith("charge", StringComparison.Ordinal) ? "charge"
            : type.StartsWith("refund", StringComparison.Ordinal) ? "refund"
            : "payment_intent";
        return new JsonObject
        {
            ["id"] = $"{kind[..2]}_unknown{sample.Number}",
            ["object"] = kind,
            ["amount"] = 900,
            ["amount_refunded"] = 900,
            ["currency"] = "usd",
            ["status"] = sample.Pick(["succeeded", "won", "lost", "needs_response"]),
            ["charge"] = "ch_unknown",
            ["payment_intent"] = sample.Pick(["pi_unknown", sample.Actor.Payment]),
            ["metadata"] = new JsonObject(),
        };
    }
}
