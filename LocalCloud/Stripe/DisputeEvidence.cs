using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>What the merchant tells the bank about a dispute: texts, since files cannot be uploaded here.</summary>
internal static class DisputeEvidence
{
    /// <summary>How long the merchant has to answer.</summary>
    public static readonly TimeSpan TimeToAnswer = TimeSpan.FromDays(9);

    private const int MaxTotal = 150_000;
    private const int MaxLongText = 20_000;

    private static readonly TimeSpan Deciding = TimeSpan.FromSeconds(2);

    private static readonly string[] LongTexts =
    [
        "access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal", "duplicate_charge_explanation",
        "product_description", "refund_policy_disclosure", "refund_refusal_explanation", "uncategorized_text",
    ];

    private static readonly string[] Texts =
    [
        "billing_address", "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_id", "service_date",
        "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number",
    ];

    private static readonly string[] Files =
    [
        "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation", "receipt", "refund_policy",
        "service_documentation", "shipping_documentation", "uncategorized_file",
    ];

    /// <summary>The evidence of a new dispute: what Stripe knows of the buyer.</summary>
    public static JsonObject Empty(JsonObject charge)
    {
        var evidence = new JsonObject(LongTexts.Concat(Texts).Concat(Files)
            .Select(field => KeyValuePair.Create(field, (JsonNode?)null)));
        evidence["customer_email_address"] = (string?)charge["billing_details"]!["email"];
        evidence["customer_name"] = (string?)charge["billing_details"]!["name"];
        evidence["enhanced_evidence"] = new JsonObject();
        return evidence;
    }

    /// <summary>Adds evidence, and submits it unless it is to be staged.</summary>
    public static JsonObject Update(StripeCall call, JsonObject dispute)
    {
        call.Params.Allow("evidence", "metadata", "submit");
        var isSubmitted = call.Params.Flag("submit") ?? call.Params.Has("evidence");
        if ((isSubmitted || call.Params.Has("evidence")) && !IsAskedFor(dispute))
        {
            throw new StripeError(400,
                $"The evidence of a dispute with the status `{dispute.Text("status")}` cannot be changed or submitted.");
        }

        var before = dispute.Shown();
        if (call.Params.Child("evidence") is { } evidence)
        {
            Read(dispute, evidence);
        }

        StripeMetadata.Change(dispute, call.Params);
        if (isSubmitted)
        {
            Submit(call.Work, dispute);
        }

        call.Work.Put(dispute);
        call.Work.Emit("charge.dispute.updated", dispute, StripeJson.Changed(before, dispute));
        return dispute;
    }

    /// <summary>Asks the merchant for an answer in another round, with a date of its own.</summary>
    public static void Open(StripeWork work, JsonObject dispute, string status)
    {
        var before = dispute.Shown();
        dispute["status"] = status;
        dispute["evidence_details"]!["due_by"] = (work.Now + TimeToAnswer).ToUnixTimeSeconds();
        work.Put(dispute);
        work.Emit("charge.dispute.updated", dispute, StripeJson.Changed(before, dispute));
    }

    /// <summary>What the bank of a test makes of the evidence, by Stripe's magic texts.</summary>
    public static void Decide(StripeWork work, JsonObject dispute)
    {
        switch ((string?)dispute["evidence"]!["uncategorized_text"])
        {
            case "winning_evidence":
                Disputes.Close(work, dispute.Id(), isWon: true);
                break;
            case "losing_evidence" when dispute.Text("status") != "warning_under_review":
                Disputes.Close(work, dispute.Id(), isWon: false);
                break;
            case "escalate_inquiry_evidence" when dispute.Text("status") == "warning_under_review":
                Disputes.Escalate(work, dispute);
                break;
        }
    }

    /// <summary>Whether the bank waits for evidence.</summary>
    public static bool IsAskedFor(JsonObject dispute) => AfterSubmission(dispute) is not null;

    public static void Submit(StripeWork work, JsonObject dispute)
    {
        var details = dispute["evidence_details"]!.AsObject();
        details["submission_count"] = details.Number("submission_count") + 1;
        details["submission_method"] = "manual";
        details["past_due"] = work.NowSeconds > details.Number("due_by");
        dispute["status"] = AfterSubmission(dispute);
        ScheduledTasks.Plan(work, work.Now + Deciding, StripeTask.DecideDispute, dispute.Id());
    }

    private static string? AfterSubmission(JsonObject dispute) => dispute.Text("status") switch
    {
        "needs_response" => "under_review",
        "warning_needs_response" => "warning_under_review",
        "appeal_needs_response" => "appeal_under_review",
        _ => null,
    };

    private static void Read(JsonObject dispute, StripeParams given)
    {
        given.Allow([.. LongTexts, .. Texts, .. Files, "appeal"]);
        var evidence = dispute["evidence"]!.AsObject();
        foreach (var field in LongTexts.Concat(Texts).Where(given.Has))
        {
            evidence[field] = given.Text(field, LongTexts.Contains(field) ? MaxLongText : 5000);
        }

        foreach (var field in Files.Where(given.Has))
        {
            evidence[field] = given.Text(field) is { } file
                ? throw StripeError.NoSuch("file upload", file, given.PathOf(field))
                : null;
        }

        if (given.Child("appeal") is { } appeal)
        {
            appeal.Allow("card");
            var card = appeal.Child("card");
            card?.Allow("reason_for_filing");
            evidence["appeal"] = new JsonObject { ["card"] = new JsonObject { ["reason_for_filing"] = card?.Text("reason_for_filing") } };
        }

        var total = LongTexts.Concat(Texts).Sum(field => evidence.Text(field)?.Length ?? 0);
        if (total > MaxTotal)
        {
            throw StripeError.Invalid(
                $"The combined character count of all evidence fields must be at most {MaxTotal}; it is {total}.", null, "evidence");
        }

        dispute["evidence_details"]!["has_evidence"] = total > 0;
    }
}
