using System.Diagnostics;
using LocalPostgres;

namespace Aspire.Hosting.Runtime;

/// <summary>Processes of an earlier run that were left behind by a kill of everything that would have stopped them.</summary>
internal static class LeftOvers
{
    public static async Task StopAsync(Running? earlier, Output output, CancellationToken cancellationToken)
    {
        var left = new List<RunningResource>();
        foreach (var resource in earlier?.Resources ?? [])
        {
            if (await IsAliveAsync(resource, cancellationToken))
            {
                output.Note($"stopping the {resource.Name} of an earlier run (process {resource.ProcessId})");
                Signal(resource, ProcessSignal.Terminate);
                left.Add(resource);
            }
        }
        var waited = Stopwatch.StartNew();
        foreach (var resource in left)
        {
            while (await IsAliveAsync(resource, cancellationToken))
            {
                if (waited.Elapsed > TimeSpan.FromSeconds(10))
                {
                    Signal(resource, ProcessSignal.Kill);
                }
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    private static async Task<bool> IsAliveAsync(RunningResource resource, CancellationToken cancellationToken) =>
        resource is { ProcessId: { } processId, Command: { } command }
        && (await Tool.CommandLineAsync(processId, cancellationToken)).Contains(command, StringComparison.Ordinal);

    private static void Signal(RunningResource resource, int signal)
    {
        ProcessSignal.Send(-resource.ProcessId!.Value, signal);
        ProcessSignal.Send(resource.ProcessId.Value, signal);
    }
}
