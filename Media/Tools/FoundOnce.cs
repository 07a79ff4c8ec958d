namespace ReelBallers.Media;

/// <summary>What is looked for once, by one caller at a time, and kept when it is found.</summary>
public sealed class FoundOnce<T>
    where T : class
{
    private readonly SemaphoreSlim _one = new(1);
    private T? _found;

    /// <param name="find">Called until it has succeeded once: the next caller looks again after a failure.</param>
    /// <param name="cancellationToken">Ends the wait, and is passed to <paramref name="find"/>.</param>
    public async Task<T> GetAsync(Func<CancellationToken, Task<T>> find, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _found ??= await find(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }
}
