using System.Threading.Channels;

namespace ReelBallers.Worker;

/// <summary>
/// Sends a job's progress beside the work, the newest only, and is done before the result: a progress that arrives after it would
/// leave the job in progress.
/// </summary>
internal sealed class ProgressReports : IAsyncDisposable
{
    private readonly Channel<int> _percents = Channel.CreateBounded<int>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly CancellationTokenSource _end = new();
    private readonly Task _sending;

    public ProgressReports(RunPodConnection connection, TakenJob job) => _sending = SendAsync(connection, job);

    public void Report(int percent) => _percents.Writer.TryWrite(percent);

    public async ValueTask DisposeAsync()
    {
        _percents.Writer.TryComplete();
        await _end.CancelAsync();
        await _sending;
        _end.Dispose();
    }

    private async Task SendAsync(RunPodConnection connection, TakenJob job)
    {
        try
        {
            await foreach (var percent in _percents.Reader.ReadAllAsync(_end.Token))
            {
                if (_end.IsCancellationRequested)
                {
                    break;
                }

                // Not cancelled once it is sent: it could still arrive.
                await connection.ProgressAsync(job, percent, CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // The result makes what is left superfluous.
        }
    }
}
