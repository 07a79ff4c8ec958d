using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Stripe's answers to a call that an intent's state does not allow.</summary>
internal static class IntentMessages
{
    public static StripeError CannotConfirm(JsonObject intent) => WrongState(intent,
        $"This PaymentIntent could not be confirmed because it has a status of {intent.Text("status")}. Only a PaymentIntent with one of "
            + "the following statuses may be confirmed: requires_payment_method, requires_confirmation, requires_action.");

    public static StripeError CannotCancel(JsonObject intent) => WrongState(intent,
        $"You cannot cancel this PaymentIntent because it has a status of {intent.Text("status")}. Only a PaymentIntent with one of the "
            + "following statuses may be canceled: requires_payment_method, requires_capture, requires_reauthorization, "
            + "requires_confirmation, requires_action, expired, processing.");

    public static StripeError MissingMethod(JsonObject intent) => WrongState(intent, intent.Text("customer") is { } customer
        ? "You cannot confirm this PaymentIntent because it's missing a payment method. To confirm the PaymentIntent with "
            + $"{customer}, specify a payment method attached to this customer along with the customer ID."
        : "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a "
            + "payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.");

    public static StripeError MissingReturnUrl() => new(400,
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods "
            + "might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept "
            + "redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and "
            + "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.");

    private static StripeError WrongState(JsonObject intent, string message) =>
        new(400, message, "payment_intent_unexpected_state") { PaymentIntent = intent.Shown() };
}
