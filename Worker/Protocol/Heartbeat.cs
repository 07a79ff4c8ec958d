using Microsoft.Extensions.Hosting;

namespace ReelBallers.Worker;

/// <summary>Tells RunPod that the worker lives. Without it RunPod gives the job to another one.</summary>
internal sealed class Heartbeat(RunPodConnection connection, CurrentJob current, RunPodEnvironment environment, TimeProvider time)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(environment.PingInterval, time);
        do
        {
            await connection.PingAsync(current.Id, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
