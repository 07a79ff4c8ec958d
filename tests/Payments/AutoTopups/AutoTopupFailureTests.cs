using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Every decline code of Stripe's documentation, also those that no test card gives.</summary>
public sealed class AutoTopupFailureTests
{
    [Theory]
    [InlineData("Authenticate", "authentication_required", "authentication_required authentication_not_handled offline_pin_required "
        + "online_or_offline_pin_required")]
    [InlineData("TryLater", "insufficient_funds", "insufficient_funds withdrawal_count_limit_exceeded card_velocity_exceeded")]
    [InlineData("TryLater", "processing_error", "processing_error issuer_not_available reenter_transaction try_again_later "
        + "approve_with_id duplicate_transaction")]
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

    private static AutoTopupFailure Of(string declineCode, string? advice = null) => AutoTopupFailure.Of(
        new StripeError { Type = "card_error", Code = "card_declined", DeclineCode = declineCode, AdviceCode = advice });
}
