using System.Text.Json;

namespace ReelBallers.LocalCloud.Faults;

internal static class FaultKinds
{
    /// <summary>The name on the wire: <c>cut_after_effect</c>.</summary>
    public static string WireName(this FaultKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    public static string WireName(this CloudName cloud) => cloud switch
    {
        CloudName.Stripe => "stripe",
        CloudName.RunPod => "runpod",
        CloudName.R2 => "r2",
        CloudName.Resend => "resend",
        CloudName.TradingView => "tradingview",
        CloudName.OpenId => "openid",
    };

    public static bool IsWebhookKind(this FaultKind kind) =>
        kind is FaultKind.DropWebhook or FaultKind.DoubleWebhook or FaultKind.DelayWebhook or FaultKind.ReorderWebhook;

    public static bool IsWorkerKind(this FaultKind kind) =>
        kind is FaultKind.ForgetResult or FaultKind.CrashWorker or FaultKind.StallWorker or FaultKind.OutOfMemory or FaultKind.NoOutput
            or FaultKind.EmptyOutput or FaultKind.WrongOutput or FaultKind.LateProgress;

    public static bool IsTokenKind(this FaultKind kind) =>
        kind is FaultKind.WrongNonce or FaultKind.WrongIssuer or FaultKind.WrongAudience or FaultKind.UnverifiedEmail
            or FaultKind.ExpiredToken or FaultKind.ClaimsInUserinfo;

    public static bool HasStatus(this FaultKind kind) => kind is FaultKind.Status or FaultKind.StatusAfterEffect;

    public static bool HasDelay(this FaultKind kind) =>
        kind is FaultKind.Delay or FaultKind.DelayAfterEffect or FaultKind.DelayWebhook;

    public static bool HappensIn(this FaultKind kind, CloudName cloud) => cloud switch
    {
        CloudName.Stripe => !kind.IsWorkerKind() && !kind.IsTokenKind(),
        CloudName.RunPod => !kind.IsTokenKind(),
        CloudName.R2 or CloudName.Resend or CloudName.TradingView =>
             !kind.IsWorkerKind() && !kind.IsWebhookKind() && !kind.IsTokenKind(),
        CloudName.OpenId => !kind.IsWorkerKind() && !kind.IsWebhookKind(),
    };
}
