using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Reports that the outside system rejects our session: no retry repairs that. Logged once until a call succeeds, and counted.
/// </summary>
internal sealed partial class AccessSessionAlarm(PaymentsMeter meter, ILogger<AccessSessionAlarm> logger)
{
    private readonly AlarmState _state = new();

    /// <summary>A call was rejected.</summary>
    public void Rejected(int status)
    {
        meter.GrantSessionRejected(status);
        if (_state.TryRaise())
        {
            LogRejected(status);
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

    [LoggerMessage(
        LogLevel.Critical,
        "The outside system rejects our session ({Status}); all grants wait: set Provisioning:SessionId and Provisioning:Signature anew")]
    private partial void LogRejected(int status);

    [LoggerMessage(LogLevel.Warning, "The outside system accepts our session again")]
    private partial void LogAccepted();
}
