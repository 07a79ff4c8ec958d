namespace ReelBallers.LocalCloud.Stripe;

internal enum RefundScenario
{
    AtOnce,
    PendingThenSucceeds,
    SucceedsThenFails,
}
