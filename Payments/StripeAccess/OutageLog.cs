namespace ReelBallers.Payments;

/// <summary>Tells of a loop's outage when it begins and when it is over, and not in between.</summary>
internal sealed partial class OutageLog(ILogger logger, string what)
{
    private bool _isOut;

    public void Note(Exception exception)
    {
        if (!Outages.IsOutage(exception))
        {
            LogBug(logger, what, exception);
        }
        else if (!_isOut)
        {
            LogBegun(logger, what, Outages.Reason(exception));
            _isOut = true;
        }
    }

    public void Over()
    {
        if (_isOut)
        {
            LogOver(logger, what);
            _isOut = false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{What}; every round tries again ({Reason})")]
    private static partial void LogBegun(ILogger logger, string what, string reason);

    [LoggerMessage(LogLevel.Information, "Over: {What}")]
    private static partial void LogOver(ILogger logger, string what);

    [LoggerMessage(LogLevel.Error, "{What}")]
    private static partial void LogBug(ILogger logger, string what, Exception exception);
}
