namespace ReelBallers.Worker;

/// <summary>The job that this worker works on: a worker has one at a time.</summary>
internal sealed class CurrentJob
{
    private readonly Lock _lock = new();
    private string? _id;
    private CancellationTokenSource? _stop;

    public string? Id
    {
        get
        {
            lock (_lock)
            {
                return _id;
            }
        }
    }

    /// <returns>Is cancelled when the job is to be left.</returns>
    public CancellationToken Begin(string id)
    {
        lock (_lock)
        {
            _id = id;
            _stop = new CancellationTokenSource();
            return _stop.Token;
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _id = null;
            _stop?.Dispose();
            _stop = null;
        }
    }

    public void Stop(string id)
    {
        lock (_lock)
        {
            if (_id == id)
            {
                _stop?.CancelAsync();
            }
        }
    }
}
