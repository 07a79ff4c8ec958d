namespace ReelBallers.Gateway;

/// <summary>The requests that were answered since the last report, and those of them that failed.</summary>
internal sealed class Traffic
{
    private long _requests;
    private long _errors;

    /// <summary>A request was answered.</summary>
    public void Answered(int status)
    {
        // The errors first: a report has no more errors than requests.
        if (status >= StatusCodes.Status500InternalServerError)
        {
            Interlocked.Increment(ref _errors);
        }
        Interlocked.Increment(ref _requests);
    }

    /// <summary>The counts so far, which begin again. A request that is being counted comes with the next ones.</summary>
    public (long Requests, long Errors) Take()
    {
        var requests = Interlocked.Exchange(ref _requests, 0);
        var errors = Math.Min(requests, Interlocked.Exchange(ref _errors, 0));
        return (requests, errors);
    }
}
