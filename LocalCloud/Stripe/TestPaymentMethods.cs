namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Stripe's PaymentMethods for tests, <c>pm_card_…</c>: each use makes a new card.</summary>
internal static class TestPaymentMethods
{
    private const string Prefix = "pm_card_";

    private static readonly Dictionary<string, string> Numbers = new()
    {
        ["visa"] = "4242424242424242",
        ["visa_debit"] = "4000056655665556",
        ["mastercard"] = "5555555555554444",
        ["amex"] = "378282246310005",
        ["discover"] = "6011111111111117",
        ["bypassPending"] = "4000000000000077",
        ["chargeCustomerFail"] = "4000000000000341",
        ["visa_chargeDeclined"] = "4000000000000002",
        ["visa_chargeDeclinedInsufficientFunds"] = "4000000000009995",
        ["visa_chargeDeclinedLostCard"] = "4000000000009987",
        ["visa_chargeDeclinedStolenCard"] = "4000000000009979",
        ["visa_chargeDeclinedVelocityLimitExceeded"] = "4000000000006975",
        ["chargeDeclinedExpiredCard"] = "4000000000000069",
        ["chargeDeclinedIncorrectCvc"] = "4000000000000127",
        ["chargeDeclinedProcessingError"] = "4000000000000119",
        ["authenticationRequired"] = "4000002760003184",
        ["authenticationRequiredOnSetup"] = "4000002500003155",
        ["authenticationRequiredSetupForOffSession"] = "4000003800000446",
        ["authenticationRequiredChargeDeclinedInsufficientFunds"] = "4000008260003178",
        ["threeDSecure2Required"] = "4000000000003220",
        ["createDispute"] = "4000000000000259",
        ["createDisputeProductNotReceived"] = "4000000000002685",
        ["createDisputeInquiry"] = "4000000000001976",
        ["createIssuerFraudRecord"] = "4000000000005423",
        ["pendingRefund"] = "4000000000007726",
        ["refundFail"] = "4000000000005126",
    };

    /// <summary>The card behind such an id, or null.</summary>
    public static TestCard? Find(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && Numbers.TryGetValue(id[Prefix.Length..], out var number)
            ? TestCard.Of(number)
            : null;
}
