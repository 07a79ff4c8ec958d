using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Logs the failures of repeated work: an outage when it begins and when it is over, an unexpected failure with its
/// stack once per type until the work succeeds again.
/// </summary>
/// <param name="logger">Of the work.</param>
/// <param name="failure">The log message, without a period at its end.</param>
public sealed partial class OutageReporter(ILogger logger, string failure)
{
    private readonly HashSet<Type> _unexpected = [];
    private bool _isOut;

    /// <summary>The work failed and will be tried again.</summary>
    public void Report(Exception exception)
    {
        if (Outages.IsOutage(exception))
        {
            if (!_isOut)
            {
                _isOut = true;
                LogOutage(logger, failure, Outages.Reason(exception));
            }
        }
        else if (_unexpected.Add(exception.GetType()))
        {
            LogUnexpected(logger, failure, exception);
        }
    }

    /// <summary>The work succeeded.</summary>
    public void Recovered()
    {
        if (_isOut || _unexpected.Count > 0)
        {
            _isOut = false;
            _unexpected.Clear();
            LogRecovered(logger, failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Failure}; it is retried until it succeeds ({Reason})")]
    private static partial void LogOutage(ILogger logger, string failure, string reason);

    [LoggerMessage(LogLevel.Error, "{Failure}; it is retried until it succeeds")]
    private static partial void LogUnexpected(ILogger logger, string failure, Exception exception);

    [LoggerMessage(LogLevel.Information, "Recovered: {Failure}")]
    private static partial void LogRecovered(ILogger logger, string failure);
}
