using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Every decline code of Stripe's documentation, also those that no test card gives.</summary>
public sealed class AutoTopupFailureTests
{
    [Theory]
    [InlineData("Authenticate", "authentication_required", "authentication_required authentication_not_handled offline_pin_required "
        + "online_or_offline_pin_required payment_intent_authentication_failure")]
    [InlineData("TryLater", "insufficient_funds", "insufficient_funds withdrawal_count_limit_exceeded card_velocity_exceeded")]
    [InlineData("TryLater", "processing_error", "processing_error issuer_not_available reenter_transaction try_again_later "
        + "approve_with_id duplicate_transaction canceled")]
    [InlineData("TryLater", "card_declined", "generic_decline do_not_honor call_issuer no_action_taken a_code_of_tomorrow")]
    [InlineData("Stop", "card_unusable", "expired_card incorrect_number invalid_number incorrect_cvc invalid_cvc invalid_expiry_month "
        + "invalid_expiry_year incorrect_zip incorrect_address incorrect_pin invalid_pin pin_try_exceeded invalid_account "
        + "card_not_supported currency_not_supported invalid_amount new_account_information_available testmode_decline")]
    [InlineData("Stop", "card_declined", "lost_card stolen_card pickup_card fraudulent merchant_blacklist restricted_card "
        + "security_violation stop_payment_order revocation_of_authorization revocation_of_all_authorizations service_not_allowed "
        + "transaction_not_allowed not_permitted do_not_try_again")]
    public void Every_decline_code_has_the_consequence_that_Stripe_documents(string consequence, string reason, string codes)
    {
        foreach (var code in codes.Split(' '))
        {
            var failure = Of(code);

            Assert.Equal((code, consequence, reason), (failure.Code, failure.Consequence.ToString(), failure.Reason));
        }
    }

    [Fact]
    public void The_banks_advice_not_to_try_again_stops_what_might_succeed_later_but_no_authentication()
    {
        Assert.Equal(AutoTopupConsequence.Stop, Of("generic_decline", "do_not_try_again").Consequence);
        Assert.Equal(AutoTopupConsequence.TryLater, Of("generic_decline", "try_again_later").Consequence);
        Assert.Equal(AutoTopupConsequence.Authenticate, Of("authentication_required", "do_not_try_again").Consequence);
    }

    // The bank's code counts for what Stripe calls card_declined only.
    [Theory]
    [InlineData("card_declined", "lost_card", "lost_card")]
    [InlineData("card_declined", "", "card_declined")]
    [InlineData("card_declined", null, "card_declined")]
    [InlineData("expired_card", "lost_card", "expired_card")]
    [InlineData("", "lost_card", "lost_card")]
    [InlineData(null, "lost_card", "lost_card")]
    [InlineData(null, null, "unknown")]
    public void The_most_specific_code_counts(string? code, string? declineCode, string expected)
    {
        var error = new StripeError
        {
            Type = "card_error",
            Code = code,
            DeclineCode = declineCode,
            PaymentIntent = new PaymentIntent { Id = "pi_1" },
        };

        var failure = AutoTopupFailure.Of(error);

        Assert.Equal((expected, "pi_1"), (failure.Code, failure.PaymentIntentId));
        Assert.Equal(failure, AutoTopupFailure.Of(Facts(error, needsPayer: true)));
    }

    [Theory]
    [InlineData("invalid_request_error", "resource_missing", null, "resource_missing", "card_required", "Stop")]
    [InlineData("invalid_request_error", "resource_missing", "price", "resource_missing", "card_required", "Stop")]
    [InlineData("invalid_request_error", null, "payment_method", "payment_method", "card_required", "Stop")]
    [InlineData("invalid_request_error", "odd", "customer", "odd", "card_required", "Stop")]
    [InlineData("invalid_request_error", "odd", "amount", "odd", "processing_error", "TryLater")]
    [InlineData("api_error", null, null, "api_error", "processing_error", "TryLater")]
    [InlineData(null, null, null, "unknown", "processing_error", "TryLater")]
    public void What_is_not_the_banks_decision_stops_only_when_the_card_is_gone(
        string? type, string? code, string? parameter, string expected, string reason, string consequence)
    {
        var error = new StripeError { Type = type, Code = code, Param = parameter, PaymentIntent = new PaymentIntent { Id = "pi_1" } };

        var failure = AutoTopupFailure.Of(error);

        Assert.Equal(
            (expected, reason, consequence, "pi_1"),
            (failure.Code, failure.Reason, failure.Consequence.ToString(), failure.PaymentIntentId));
        error.PaymentIntent = null;
        Assert.Null(AutoTopupFailure.Of(error).PaymentIntentId);
    }

    [Fact]
    public void A_payment_without_an_error_waits_for_its_payer_or_is_canceled()
    {
        Assert.Equal(
            new("authentication_required", "authentication_required", AutoTopupConsequence.Authenticate, "pi_1"),
            AutoTopupFailure.Of(Facts(null, needsPayer: true)));
        Assert.Equal(
            new("canceled", "processing_error", AutoTopupConsequence.TryLater, "pi_1"),
            AutoTopupFailure.Of(Facts(null, needsPayer: false)));
        Assert.Equal(new("not_made", "processing_error", AutoTopupConsequence.TryLater, null), AutoTopupFailure.NotMade);
    }

    private static PaymentFacts Facts(StripeError? error, bool needsPayer) => new()
    {
        State = PaymentState.Failed,
        UserId = null,
        AmountCents = null,
        SubtotalCents = null,
        Currencies = [],
        PaymentIntentId = "pi_1",
        Statuses = "",
        Error = error,
        NeedsPayer = needsPayer,
    };

    private static AutoTopupFailure Of(string declineCode, string? advice = null) => AutoTopupFailure.Of(
        new StripeError { Type = "card_error", Code = "card_declined", DeclineCode = declineCode, AdviceCode = advice });
}
