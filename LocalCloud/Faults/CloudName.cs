namespace ReelBallers.LocalCloud.Faults;

internal enum CloudName
{
    Stripe,
    RunPod,
    R2,
    Resend,
    TradingView,
    OpenId,
}
