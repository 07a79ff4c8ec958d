using Microsoft.Extensions.Hosting;

namespace ReelBallers.Worker;

/// <summary>Hears which jobs were cancelled, and stops the current one when it is among them.</summary>
internal sealed class StopListener(RunPodConnection connection, CurrentJob current) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var id in await connection.StopsAsync(stoppingToken))
            {
                current.Stop(id);
            }
        }
    }
}
