namespace ReelBallers.LocalCloud.Stripe;

internal enum RefundCourse
{
    AtOnce,
    PendingThenSucceeds,
    SucceedsThenFails,
}
