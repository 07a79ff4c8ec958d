using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker;

/// <summary>
/// Takes one job after another until it is told to stop, and then finishes the current one. If that takes longer than the host waits,
/// the process ends without a word: its heartbeats stop, and RunPod gives the job to another worker.
/// </summary>
internal sealed partial class JobLoop(
    RunPodConnection connection, CurrentJob current, VideoWorker worker, WorkerOptions options, ILogger<JobLoop> log) : BackgroundService
{
    // A job that RunPod has given out already is not left in an answer that nothing reads.
    private static readonly TimeSpan LastAnswer = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var waiting = new CancellationTokenSource();
        await using var stop = stoppingToken.Register(() => waiting.CancelAfter(LastAnswer));
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await connection.TakeAsync(waiting.Token) is { } job)
                {
                    await WorkOnAsync(job, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Waiting for a job is no work that must be finished.
        }
    }

    private async Task WorkOnAsync(TakenJob job, CancellationToken stopping)
    {
        Taken(log, job.Id);
        var stop = current.Begin(job.Id);
        try
        {
            var result = await ResultAsync(job, stop);
            if (result is null)
            {
                Left(log, job.Id);
                return;
            }

            if (stopping.IsCancellationRequested)
            {
                // RunPod replaces this worker instead of giving it another job.
                result["stopPod"] = true;
            }

            // The result is delivered even while the process is stopping.
            await connection.DoneAsync(job, result, CancellationToken.None);
            Done(log, job.Id);
        }
        finally
        {
            current.End();
        }
    }

    /// <returns>Null when the job was cancelled: its result is not wanted.</returns>
    private async Task<JsonObject?> ResultAsync(TakenJob job, CancellationToken stop)
    {
        await using var progress = new ProgressReports(connection, job);
        try
        {
            var directory = Path.Combine(options.WorkDirectory, Guid.NewGuid().ToString("N"));
            var manifest = await worker.RunAsync(job.Input, directory, progress.Report, stop);
            return new JsonObject { ["output"] = JsonNode.Parse(manifest.ToJson().GetRawText()) };
        }
        catch (JobFailedException failure)
        {
            return new JsonObject { ["error"] = failure.Message };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure)
        {
            Broken(log, job.Id, failure);
            return new JsonObject { ["error"] = $"the worker failed: {failure.GetType().Name}", ["stopPod"] = true };
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} is taken")]
    private static partial void Taken(ILogger log, string jobId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} has ended")]
    private static partial void Done(ILogger log, string jobId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} was cancelled")]
    private static partial void Left(ILogger log, string jobId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker failed in job {JobId}")]
    private static partial void Broken(ILogger log, string jobId, Exception failure);
}
