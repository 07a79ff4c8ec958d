namespace ReelBallers.LocalCloud.Stripe;

internal enum StripeTask
{
    ExpireSession,
    SettleBankDebit,
    SucceedRefund,
    FailRefund,
    DecideDispute,
}
