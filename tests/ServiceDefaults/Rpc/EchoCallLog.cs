using System.Collections.Concurrent;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

/// <summary>Records the calls that the server received.</summary>
internal sealed class EchoCallLog
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();
    private readonly ConcurrentDictionary<string, int> _attempts = new();

    internal void Happened(string what) => Event(what).TrySetResult();

    internal async Task Until(string what)
    {
        try
        {
            await Event(what).Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException timeout)
        {
            var happened = _events.Where(pair => pair.Value.Task.IsCompleted).Select(pair => pair.Key);
            throw new TimeoutException($"'{what}' did not happen. What did: {string.Join(", ", happened)}.", timeout);
        }
    }

    internal int NextAttempt(string key) => _attempts.AddOrUpdate(key, 1, (_, attempts) => attempts + 1);

    private TaskCompletionSource Event(string what) =>
        _events.GetOrAdd(what, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
