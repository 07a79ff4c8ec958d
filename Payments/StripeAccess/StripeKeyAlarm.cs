using System.Net;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Reports that Stripe rejects our key (401) or its permissions (403): an error of the configuration that no retry repairs. Logged
/// once until a call succeeds, and counted.
/// </summary>
internal sealed partial class StripeKeyAlarm(PaymentsMeter meter, ILogger<StripeKeyAlarm> logger)
{
    private readonly AlarmState _state = new();

    /// <summary>A call was rejected.</summary>
    public void Rejected(HttpStatusCode status)
    {
        meter.KeyRejected((int)status);
        if (_state.TryRaise())
        {
            LogRejected((int)status);
        }
    }

    /// <summary>A call succeeded.</summary>
    public void Accepted()
    {
        if (_state.TryClear())
        {
            LogAccepted();
        }
    }

    [LoggerMessage(LogLevel.Critical, "Stripe rejects the key of this service or its permissions ({Status}): check Stripe:SecretKey")]
    private partial void LogRejected(int status);

    [LoggerMessage(LogLevel.Warning, "Stripe accepts the key again")]
    private partial void LogAccepted();
}
