using System.Net;

namespace ReelBallers.Jobs;

/// <summary>
/// Raises an alert when RunPod rejects this service rather than one job (a wrong key, no credit, no such endpoint): once for
/// each outage, and not for each job that waits for its end.
/// </summary>
internal sealed partial class RunPodAccount(JobsMeter meter, TimeProvider time, ILogger<RunPodAccount> logger)
{
    // An operation that is no longer called would otherwise hide the next outage.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Dictionary<RunPodOperation, DateTimeOffset> _rejected = [];

    /// <summary>Records the answer to a call.</summary>
    /// <param name="operation">The call.</param>
    /// <param name="status">The answer.</param>
    public void Observe(RunPodOperation operation, HttpStatusCode status)
    {
        if (IsRejection(operation, status))
        {
            meter.RejectedByRunPod(operation.ToPath(), (int)status);
            if (IsNewOutage(operation))
            {
                LogRejected(operation.ToPath(), (int)status);
            }
        }
        else if ((int)status is >= 200 and < 300 && IsRecovery(operation))
        {
            LogRecovered();
        }
    }

    private static bool IsRejection(RunPodOperation operation, HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden
        // The other operations answer 404 for a job that is gone.
        || (operation == RunPodOperation.Run && status == HttpStatusCode.NotFound);

    private bool IsNewOutage(RunPodOperation operation)
    {
        lock (_rejected)
        {
            var now = time.GetUtcNow();
            var isNew = !_rejected.Values.Any(at => now - at < Memory);
            _rejected[operation] = now;
            return isNew;
        }
    }

    private bool IsRecovery(RunPodOperation operation)
    {
        lock (_rejected)
        {
            return _rejected.Remove(operation) && _rejected.Count == 0;
        }
    }

    [LoggerMessage(
        LogLevel.Critical,
        "RunPod rejects this service (HTTP {Status} to {Operation}): check RunPod:ApiKey, RunPod:EndpointId and the account. "
        + "Jobs wait until their queue deadline")]
    private partial void LogRejected(string operation, int status);

    [LoggerMessage(LogLevel.Information, "RunPod accepts this service again")]
    private partial void LogRecovered();
}
