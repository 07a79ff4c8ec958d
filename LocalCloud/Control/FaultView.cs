using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Control;

/// <summary>A fault as <c>GET /faults</c> shows it.</summary>
internal sealed record FaultView(
    string Id,
    string Cloud,
    string Match,
    string Kind,
    int? Times,
    int? Every,
    int? Seed,
    int? Status,
    int? DelayMs,
    int? RetryAfterSeconds,
    bool? ShouldRetry,
    int Seen,
    int Struck)
{
    public static FaultView Of(Fault fault) => new(
        fault.Id,
        fault.Request.Cloud.WireName(),
        fault.Request.Match,
        fault.Kind.WireName(),
        fault.Request.Times,
        fault.Request.Every,
        fault.Request.Seed,
        fault.Request.Status,
        fault.Request.DelayMs,
        fault.Request.RetryAfterSeconds,
        fault.Request.ShouldRetry,
        fault.Seen,
        fault.Struck);
}
