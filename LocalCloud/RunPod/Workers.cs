using System.Security.Cryptography;
using ReelBallers.LocalCloud.Faults;
using ReelBallers.Worker;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>The endpoint's workers: each processes one job after another.</summary>
internal sealed partial class Workers(
    JobBook book, JobFiles files, VideoWorker video, Transfers transfers, FaultStore faults, LocalCloudOptions options,
    ILogger<Workers> log) : BackgroundService
{
    private const int MostCrashes = 2;
    private const int WrongBytes = 5000;

    // As ONNX Runtime says it.
    private const string OutOfMemory = "CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc((void**)&p, size);";

    private int _busy;

    public int Busy => Volatile.Read(ref _busy);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.RunPodWorkers)
            .Select(_ => Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken stopping)
    {
        var workerId = NewWorkerId();
        await foreach (var id in book.Queue.ReadAllAsync(stopping))
        {
            // A job that is requeued by a shutdown is available at once, and reading it ignores the token.
            stopping.ThrowIfCancellationRequested();
            if (book.Take(id, workerId) is not { } attempt)
            {
                continue;
            }

            Interlocked.Increment(ref _busy);
            var survived = await RunAsync(attempt, stopping);
            Interlocked.Decrement(ref _busy);
            workerId = survived ? workerId : NewWorkerId();
        }
    }

    /// <returns>Whether the worker can take another job.</returns>
    private async Task<bool> RunAsync(Attempt attempt, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(attempt.Job.Request.ExecutionTimeoutMs), options.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, attempt.Stopped, limit.Token);
        try
        {
            return await WorkOnAsync(attempt, end.Token);
        }
        catch (JobFailedException failure)
        {
            book.Fail(attempt, failure.Message);
            return true;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            if (stopping.IsCancellationRequested)
            {
                book.PutBack(attempt, isRetry: false);
            }
            else if (limit.IsCancellationRequested)
            {
                book.TimeOut(attempt);
            }

            return false;
        }
        catch (Exception failure)
        {
            Broken(log, attempt.Job.Id, failure);
            book.Fail(attempt, $"the worker failed: {failure.GetType().Name}");
            return false;
        }
    }

    private async Task<bool> WorkOnAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Job.CrashesWorkers || Strikes(FaultKind.CrashWorker, attempt))
        {
            Crash(attempt);
            return false;
        }

        if (Strikes(FaultKind.StallWorker, attempt))
        {
            book.Progress(attempt, 1);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (Strikes(FaultKind.OutOfMemory, attempt))
        {
            throw new JobFailedException(OutOfMemory);
        }

        if (Strikes(FaultKind.NoOutput, attempt))
        {
            book.Complete(attempt, null);
            return true;
        }

        var instead = Strikes(FaultKind.EmptyOutput, attempt) ? []
            : Strikes(FaultKind.WrongOutput, attempt) ? RandomNumberGenerator.GetBytes(WrongBytes)
            : (byte[]?)null;
        var directory = Path.Combine(files.WorkDirectory, attempt.Job.Id);
        if (instead is not null)
        {
            await DeliverAsync(attempt, instead, cancellationToken);
        }

        var result = await video.RunAsync(
            attempt.Job.Request.Input, directory, percent => book.Progress(attempt, percent), cancellationToken);
        book.Complete(attempt, result.ToJson());
        return true;
    }

    /// <summary>Uploads something else before the result, which is then not taken; the manifest is about the result.</summary>
    private async Task DeliverAsync(Attempt attempt, byte[] content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(files.WorkDirectory);
        var file = Path.Combine(files.WorkDirectory, $"{attempt.Job.Id}.instead");
        await File.WriteAllBytesAsync(file, content, cancellationToken);
        var url = new Uri(attempt.Job.Request.Input.GetProperty("output_url").GetString()!);
        await transfers.DeliverAsync(file, "video/mp4", "output_url", url, cancellationToken);
        File.Delete(file);
    }

    /// <summary>RunPod gives the job of a crashed worker to another one, and fails it when that crashes as well.</summary>
    private void Crash(Attempt attempt)
    {
        book.Doom(attempt);
        if (attempt.Job.Retries + 1 < MostCrashes)
        {
            book.PutBack(attempt, isRetry: true);
        }
        else
        {
            book.Fail(attempt, "the worker exited while it ran the job");
        }
    }

    private bool Strikes(FaultKind kind, Attempt attempt) => faults.Strike(CloudName.RunPod, kind, attempt.Job.Subject) is not null;

    private static string NewWorkerId() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 14);

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker of job {JobId} failed")]
    private static partial void Broken(ILogger log, string jobId, Exception failure);
}
